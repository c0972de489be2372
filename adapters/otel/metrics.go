package otelretry

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// leastWait is the shortest wait of a call that is recorded. The steps between two attempts
// take microseconds, and are not a wait.
const leastWait = time.Millisecond

// A recorder records what the wrappers of one retry.Options do.
type recorder struct {
	*meter
	recent [64]atomic.Pointer[series] // found again without a lookup in the map; see of
	all    cache[subject, *series]
}

func newRecorder(m *meter) *recorder { return &recorder{meter: m} }

// addTo adds the hooks. Those that every call needs are closures, because a method value would
// copy the event once more.
func (r *recorder) addTo(hooks *retry.Hooks) {
	hooks.Wrapped = r.wrapped
	hooks.CallDone = func(ctx context.Context, e retry.CallEvent) {
		if e.Outcome == retry.OutcomeSuccess && e.Attempts == 1 && e.Copies == 0 && e.Waited < leastWait {
			r.callDuration.Record(ctx, e.Duration.Seconds(), r.of(e.Method, e.Instance).callSuccess.record...)
		} else {
			r.callDone(ctx, &e)
		}
	}
	hooks.AttemptDone = func(ctx context.Context, e retry.AttemptEvent) {
		s := r.of(e.Method, e.Instance)
		if e.Ruling == retry.RulingSuccess {
			r.attemptDuration.Record(ctx, e.Duration.Seconds(), s.attemptSuccess.record...)
		} else {
			f := failureOf(e.Err, e.Class, e.Ruling == retry.RulingPanic, r.types)
			r.attemptDuration.Record(ctx, e.Duration.Seconds(), s.of(rulingKey, string(e.Ruling), f).record...)
		}
	}
	hooks.Fallback = r.fallback
	hooks.Disturbed = r.disturbed
	hooks.BreakerChange = r.breakerChange
}

// of returns the series of a method. Finding them in a map would take a tenth of the time of
// a measurement. So it looks first where the last method with similar names was. Comparing
// the names takes little time, because those of a method are the same texts in all events.
func (r *recorder) of(method, instance string) *series {
	place := &r.recent[similar(method)%uint(len(r.recent))]
	if s := place.Load(); s != nil && s.method == method && s.instance == instance {
		return s
	}
	s := r.all.get(subject{method, instance}, newSeries)
	place.Store(s)
	return s
}

// similar returns the same number for equal names, and mostly another one for others.
func similar(name string) uint {
	n := uint(len(name))
	if n == 0 {
		return 0
	}
	return n + 7*uint(name[n-1]) + 31*uint(name[n/2])
}

func (r *recorder) wrapped(info retry.WrapperInfo) { r.groups.add(info.Group) }

// callDone records all there is to say about a call.
func (r *recorder) callDone(ctx context.Context, e *retry.CallEvent) {
	s := r.of(e.Method, e.Instance)
	f := failureOf(e.Err, e.Class, e.Outcome == retry.OutcomePanic, r.types)
	r.callDuration.Record(ctx, e.Duration.Seconds(), s.of(outcomeKey, string(e.Outcome), f).record...)
	if e.Attempts > 1 {
		r.callRetries.Record(ctx, int64(e.Attempts-1), s.of(outcomeKey, string(e.Outcome), failure{}).record...)
	}
	if e.Copies > 0 {
		r.callHedges.Record(ctx, int64(e.Copies), s.plain.record...)
	}
	if e.Waited >= leastWait {
		r.callRetryDelay.Record(ctx, e.Waited.Seconds(), s.plain.record...)
	}
	if reason := reasonOf(e.Outcome); reason != "" {
		r.rejections.Add(ctx, 1, s.of(reasonKey, reason, failure{}).add...)
	}
}

func (r *recorder) fallback(ctx context.Context, e retry.FallbackEvent) {
	s := r.of(e.Method, e.Instance)
	f := failureOf(e.Err, e.Class, e.Outcome == retry.OutcomePanic, r.types)
	r.fallbacks.Add(ctx, 1, s.of("", "", f).add...)
}

func (r *recorder) disturbed(ctx context.Context, e retry.ChaosEvent) {
	s := r.of(e.Method, e.Instance)
	r.disturbances.Add(ctx, 1, s.of(kindKey, string(e.Kind), failure{}).add...)
}

// breakerChange has no context of a call: a breaker may change when nobody calls.
func (r *recorder) breakerChange(c breaker.Change) {
	attributes := append(named(nameKey, c.Name, c.Instance),
		fromKey.String(c.From.String()), toKey.String(c.To.String()), sourceKey.String(sourceOf(c.Forced, c.Remote)))
	r.transitions.Add(context.Background(), 1, optionsOf(attributes).add...)
}

// reasonOf returns why a call with that outcome got no further attempt, or "" if the reason
// is an attempt that it has made.
func reasonOf(o retry.Outcome) string {
	switch o {
	case retry.OutcomeOpen:
		return "breaker_open"
	case retry.OutcomeLimited:
		return "limit"
	case retry.OutcomeBudget:
		return "budget"
	case retry.OutcomeDeadline:
		return "deadline"
	case retry.OutcomeRetryAfter:
		return "retry_after"
	}
	return ""
}

// A series has the options of all that is recorded about one method. Those that most calls
// need are ready.
type series struct {
	subject
	plain          *options // with the method and the instance only
	callSuccess    *options
	attemptSuccess *options
	others         cache[result, *options]
}

// A result is what tells the series of one method apart: the outcome of a call, the ruling
// of an attempt or the reason of a rejection, and the error.
type result struct {
	key  attribute.Key
	word string
	failure
}

func newSeries(s subject) *series {
	n := &series{subject: s, plain: optionsOf(s.attributes())}
	n.callSuccess = n.of(outcomeKey, string(retry.OutcomeSuccess), failure{})
	n.attemptSuccess = n.of(rulingKey, string(retry.RulingSuccess), failure{})
	return n
}

// of returns the options for a result. Without a key there is only the failure.
func (s *series) of(key attribute.Key, word string, f failure) *options {
	return s.others.get(result{key, word, f}, func(result) *options {
		attributes := s.attributes()
		if key != "" {
			attributes = append(attributes, key.String(word))
		}
		return optionsOf(f.addTo(attributes))
	})
}
