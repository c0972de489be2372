package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A told is a call with CallDone or AttemptDone whose first attempt needs nothing else. It
// does for such a call what Do does for one without hooks: it makes the attempt without the
// state of a call, which would cost more than the clock.
type told struct {
	m     *methodFacts
	plan  *plan
	ctx   context.Context
	era   breaker.Era
	began time.Duration
	ended time.Duration
	phase phase
}

// A phase says what a told call still has to do if it leaves now.
type phase uint8

const (
	inMethod   phase = iota // report a failure to the breaker, and call both hooks
	afterward               // call both hooks
	attemptHad              // call CallDone
	allHad                  // nothing
)

// tellsFirst reports whether a call can be a told.
func (m *methodFacts) tellsFirst(ctx context.Context, p *plan) bool {
	return p.first == toldFirst && !m.observer.starts && ctx.Err() == nil && m.fallbackCall(ctx) == nil
}

func callTold[T any](ctx context.Context, m *Method, p *plan, era breaker.Era, f func(context.Context) (T, error)) (T, error) {
	var t told // a literal would be made elsewhere and copied
	t.m, t.plan, t.ctx, t.era, t.began = m.methodFacts, p, ctx, era, clock()
	defer t.end()
	result, err := f(ctx)
	if err == nil {
		t.succeed()
		return result, nil
	}
	t.phase = allHad
	return callAfterTold(m, &t, result, err, f)
}

// callAfterTold goes on with a call whose first attempt has failed.
func callAfterTold[T any](m *Method, t *told, result T, err error, f func(context.Context) (T, error)) (T, error) {
	var c call
	c.resume(m, t.plan, &attempt{t.ctx, t.ctx, nil, t.plan.breaker.Permit(t.era)})
	c.handed, c.given, c.began, c.attemptBegan = t.ctx, t.ctx, t.began, t.began
	c.told, c.trying = true, true
	defer c.end()
	for more := c.again(err); more; {
		result, err = f(c.ctx)
		more = c.again(err)
	}
	return result, c.err
}

// succeed ends a call whose attempt has succeeded.
func (t *told) succeed() {
	t.phase, t.ended = afterward, clock()
	if !t.plan.breaker.Clean(t.era) || !t.plan.budget.isFull() {
		permit := t.plan.breaker.Permit(t.era)
		t.plan.succeeded(&permit)
	}
	t.tellAttempt(RulingSuccess)
	t.tellCall(OutcomeSuccess)
}

// end is deferred. It does something if the method or a hook has left by panic or Goexit.
func (t *told) end() {
	if t.phase == allHad {
		return
	}
	defer t.tellCall(OutcomePanic)
	if t.ended == 0 {
		t.ended = clock()
	}
	defer t.tellAttempt(RulingPanic)
	if t.phase == inMethod {
		permit := t.plan.breaker.Permit(t.era)
		permit.Done(breaker.Failure)
	}
}

func (t *told) tellAttempt(r Ruling) {
	if t.phase >= attemptHad {
		return
	}
	t.phase = attemptHad
	o := &t.m.observer
	if hook := o.hooks.AttemptDone; hook != nil {
		hook(t.ctx, AttemptEvent{
			Method: o.method, Instance: o.instance, Attempt: 1,
			Start: epoch.Add(t.began), Duration: t.ended - t.began, Ruling: r,
		})
	}
}

func (t *told) tellCall(outcome Outcome) {
	if t.phase == allHad {
		return
	}
	t.phase = allHad
	o := &t.m.observer
	if hook := o.hooks.CallDone; hook != nil {
		hook(t.ctx, CallEvent{
			Method: o.method, Instance: o.instance, Attempts: 1,
			Start: epoch.Add(t.began), Duration: t.ended - t.began, Outcome: outcome,
		})
	}
}
