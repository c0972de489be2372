package promretry

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// Instrument adds hooks to opts that count what the calls of its wrappers do. Hooks that are
// in opts already are called as before. Call it once for each Options, before you make a
// wrapper with them. Several wrappers may share the Options.
func (m *Metrics) Instrument(opts *retry.Options) {
	opts.Hooks = retry.JoinHooks(opts.Hooks, retry.Hooks{
		Wrapped:       m.wrapped,
		CallDone:      func(_ context.Context, e retry.CallEvent) { m.callDone(&e) },
		AttemptDone:   func(_ context.Context, e retry.AttemptEvent) { m.attemptDone(&e) },
		Fallback:      m.fallback,
		Disturbed:     m.disturbed,
		BreakerChange: m.breakerChange,
	})
}

// wrapped notes the group, and makes the series that every method has.
func (m *Metrics) wrapped(info retry.WrapperInfo) {
	m.guards.groups.add(info.Group)
	for _, name := range info.Methods {
		m.method(name, info.Instance)
	}
}

// leastWait is the shortest wait that counts. To find the breaker of its key, a call takes a
// few hundred nanoseconds before its attempt. Such calls would hide those that have waited.
const leastWait = time.Millisecond

func (m *Metrics) callDone(e *retry.CallEvent) {
	of := m.method(e.Method, e.Instance)
	if e.Outcome == retry.OutcomeSuccess {
		of.callSuccess.Observe(e.Duration.Seconds())
	} else {
		f := m.failure(e.Err, e.Class, e.Outcome == retry.OutcomePanic)
		m.callDuration.WithLabelValues(of.name, of.instance, string(e.Outcome), f.errorType, f.class).Observe(e.Duration.Seconds())
		if reason, ok := reasons[e.Outcome]; ok {
			m.rejections.WithLabelValues(of.name, of.instance, reason).Inc()
		}
	}
	if e.Attempts > 1 {
		m.callRetries.WithLabelValues(of.name, of.instance, string(e.Outcome)).Observe(float64(e.Attempts - 1))
	}
	if e.Copies > 0 {
		m.callHedges.WithLabelValues(of.name, of.instance).Observe(float64(e.Copies))
	}
	if e.Waited >= leastWait {
		m.callRetryDelay.WithLabelValues(of.name, of.instance).Observe(e.Waited.Seconds())
	}
}

// reasons are the values of the label reason, by the outcomes of calls that got no further
// attempt because it was refused.
var reasons = map[retry.Outcome]string{
	retry.OutcomeOpen:       "breaker_open",
	retry.OutcomeLimited:    "limit",
	retry.OutcomeBudget:     "budget",
	retry.OutcomeDeadline:   "deadline",
	retry.OutcomeRetryAfter: "retry_after",
}

func (m *Metrics) attemptDone(e *retry.AttemptEvent) {
	of := m.method(e.Method, e.Instance)
	if e.Ruling == retry.RulingSuccess {
		of.attemptSuccess.Observe(e.Duration.Seconds())
		return
	}
	f := m.failure(e.Err, e.Class, e.Ruling == retry.RulingPanic)
	m.attemptDuration.WithLabelValues(of.name, of.instance, string(e.Ruling), f.errorType, f.class).Observe(e.Duration.Seconds())
}

func (m *Metrics) fallback(_ context.Context, e retry.FallbackEvent) {
	of := m.method(e.Method, e.Instance)
	f := m.failure(e.Err, e.Class, false)
	m.fallbacks.WithLabelValues(of.name, of.instance, f.errorType, f.class).Inc()
}

func (m *Metrics) disturbed(_ context.Context, e retry.ChaosEvent) {
	of := m.method(e.Method, e.Instance)
	m.disturbances.WithLabelValues(of.name, of.instance, string(e.Kind)).Inc()
}

func (m *Metrics) breakerChange(c breaker.Change) {
	m.transition(c.Name, c.Instance, c.From, c.To, sourceOf(c.Forced, c.Remote)).Inc()
}

func (m *Metrics) transition(name, instance string, from, to breaker.State, source string) prometheus.Counter {
	return m.transitions.WithLabelValues(valid(name), valid(instance), from.String(), to.String(), source)
}

// A failure has the labels that describe an error. They are empty where there is none.
type failure struct{ errorType, class string }

// failure describes the error of a call or an attempt. Left says that it left by panic or
// runtime.Goexit, and has no error.
func (m *Metrics) failure(err error, class retry.Class, left bool) failure {
	switch {
	case err != nil:
		return failure{m.errorTypes.Of(retry.ErrorType(err)), class.String()}
	case left:
		return failure{"panic", class.String()}
	}
	return failure{}
}
