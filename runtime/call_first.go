package retry

import (
	"context"

	"github.com/retrygen/retrygen/breaker"
)

// Do calls f, which is the method, as often as the method's policy says, and
// returns the error of the call as the package documentation describes it. The
// context that f gets is ctx or one made from it, and ends with the attempt.
//
// f runs on the caller's goroutine and is not kept, so a closure that is handed
// to Do stays on the stack.
//
// The first attempt of most methods is made right here, or in one of the funcs
// beside: it needs no state but the permit, and most calls end with it. The rest is
// in call.
//
// How it is written is measured: what is stored on the stack is what takes time. So
// the results have names and are returned as they are, though err is nil, and the
// func is deferred before the context is asked. A context whose Err panics passes
// for a method that does; one that is nil, which some callers try, does not.
func (m *Method) Do(ctx context.Context, f func(context.Context) error) (err error) {
	p := m.plan.Load()
	if p.first != directFirst {
		return m.doAll(ctx, p, f)
	}
	era, ok := p.breaker.Pass()
	if !ok || ctx == nil {
		return m.doShut(ctx, p, f)
	}
	inMethod := true
	defer p.guard(&inMethod, era)()
	if ctx.Err() != nil {
		inMethod = false
		return m.doAll(ctx, p, f)
	}
	err = f(ctx)
	inMethod = false
	if err == nil && p.breaker.Clean(era) && p.budget.isFull() {
		return err
	}
	return m.doRest(ctx, p, era, err, f)
}

// doAll is Do when there is more to a first attempt than the breaker's permit.
func (m *Method) doAll(ctx context.Context, p *plan, f func(context.Context) error) error {
	_, err := callAll(ctx, m, p, withoutResult(f))
	return err
}

// doShut is Do when the breaker is open, or has more to check than whether it is
// closed. Its frame is small, which makes a refusal quick.
func (m *Method) doShut(ctx context.Context, p *plan, f func(context.Context) error) error {
	if ctx.Err() != nil {
		return m.doAll(ctx, p, f)
	}
	if refusal := p.breaker.Refusal(); refusal != nil {
		return m.refused(ctx, refusal)
	}
	return m.doGuarded(ctx, p, f)
}

// doGuarded is Do when the breaker does not refuse at once. It is written out because a
// success of a method whose breaker times its calls would take 3% longer through
// callGuarded.
func (m *Method) doGuarded(ctx context.Context, p *plan, f func(context.Context) error) error {
	permit, err := p.breaker.Allow()
	if err != nil {
		return m.refused(ctx, err)
	}
	if ctx.Err() != nil { // a listener of the breaker has cancelled
		permit.Done(breaker.Neutral)
		return m.doAll(ctx, p, f)
	}
	inMethod := true
	defer func() {
		if inMethod {
			permit.Done(breaker.Failure)
		}
	}()
	err = f(ctx)
	inMethod = false
	if err == nil {
		p.succeeded(&permit)
		return nil
	}
	return m.doAfter(p, &attempt{ctx, ctx, nil, permit}, err, f)
}

// doRest is Do after a first attempt that has passed the breaker. It has few
// parameters, because Do takes longer to enter when it needs room for more.
func (m *Method) doRest(ctx context.Context, p *plan, era breaker.Era, err error, f func(context.Context) error) error {
	permit := p.breaker.Permit(era)
	if err == nil {
		p.succeeded(&permit)
		return nil
	}
	return m.doAfter(p, &attempt{ctx, ctx, nil, permit}, err, f)
}

// doAfter is Do after a first attempt that has failed.
func (m *Method) doAfter(p *plan, made *attempt, err error, f func(context.Context) error) error {
	_, err = callAfter(m, p, made, struct{}{}, err, withoutResult(f))
	return err
}

func withoutResult(f func(context.Context) error) func(context.Context) (struct{}, error) {
	return func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) }
}

// Call is Do for a method with one result beside the error. The result is that
// of the last attempt, and the zero T where there was none.
//
// It and the funcs that it calls are those of Do once more, because a Do that was a Call
// would put the closure into another one, and have a call more on the common path.
func Call[T any](ctx context.Context, m *Method, f func(context.Context) (T, error)) (result T, err error) {
	p := m.plan.Load()
	if p.first != directFirst {
		return callAll(ctx, m, p, f)
	}
	era, ok := p.breaker.Pass()
	if !ok || ctx == nil {
		return callShut(ctx, m, p, f)
	}
	inMethod := true
	defer p.guard(&inMethod, era)()
	if ctx.Err() != nil {
		inMethod = false
		return callAll(ctx, m, p, f)
	}
	result, err = f(ctx)
	inMethod = false
	if err == nil && p.breaker.Clean(era) && p.budget.isFull() {
		return result, err
	}
	return callRest(ctx, m, p, era, result, err, f)
}

func callShut[T any](ctx context.Context, m *Method, p *plan, f func(context.Context) (T, error)) (none T, err error) {
	if ctx.Err() != nil {
		return callAll(ctx, m, p, f)
	}
	if refusal := p.breaker.Refusal(); refusal != nil {
		return none, m.refused(ctx, refusal)
	}
	return callGuarded(ctx, m, p, f)
}

func callGuarded[T any](ctx context.Context, m *Method, p *plan, f func(context.Context) (T, error)) (result T, err error) {
	permit, err := p.breaker.Allow()
	if err != nil {
		return result, m.refused(ctx, err)
	}
	if ctx.Err() != nil { // a listener of the breaker has cancelled
		permit.Done(breaker.Neutral)
		return callAll(ctx, m, p, f)
	}
	inMethod := true
	defer func() {
		if inMethod {
			permit.Done(breaker.Failure)
		}
	}()
	result, err = f(ctx)
	inMethod = false
	if err == nil {
		p.succeeded(&permit)
		return result, nil
	}
	return callAfter(m, p, &attempt{ctx, ctx, nil, permit}, result, err, f)
}

func callTimed[T any](ctx context.Context, m *Method, p *plan, era breaker.Era, f func(context.Context) (T, error)) (T, error) {
	timed, cancel := context.WithTimeoutCause(ctx, p.timeout.Attempt, ErrAttemptTimeout)
	defer cancel()
	inMethod := true
	defer p.guard(&inMethod, era)()
	result, err := f(timed)
	inMethod = false
	permit := p.breaker.Permit(era)
	if err == nil {
		p.succeeded(&permit)
		return result, nil
	}
	return callAfter(m, p, &attempt{ctx, timed, cancel, permit}, result, err, f)
}

func callAll[T any](ctx context.Context, m *Method, p *plan, f func(context.Context) (T, error)) (result T, err error) {
	ctx = m.apart(ctx)
	if p.off {
		result, err = f(ctx)
		return result, methodError(err)
	}
	if p.first == timedFirst && ctx.Err() == nil {
		if era, ok := p.breaker.Pass(); ok {
			return callTimed(ctx, m, p, era, f)
		}
	}
	var c call
	c.begin(ctx, m, p)
	defer c.end()
	for more := c.start(); more; {
		result, err = f(c.ctx)
		more = c.again(err)
	}
	return result, c.err
}

func callRest[T any](ctx context.Context, m *Method, p *plan, era breaker.Era, result T, err error, f func(context.Context) (T, error)) (T, error) {
	permit := p.breaker.Permit(era)
	if err == nil {
		p.succeeded(&permit)
		return result, err
	}
	return callAfter(m, p, &attempt{ctx, ctx, nil, permit}, result, err, f)
}

func callAfter[T any](m *Method, p *plan, made *attempt, result T, err error, f func(context.Context) (T, error)) (T, error) {
	var c call
	c.resume(m, p, made)
	defer c.end()
	for more := c.again(err); more; {
		result, err = f(c.ctx)
		more = c.again(err)
	}
	return result, c.err
}

// refused ends a call that the breaker did not let begin.
func (m *methodFacts) refused(ctx context.Context, err error) error {
	if m.observer.hearsGiveUps() {
		m.observer.giveUp(ctx, GiveUpEvent{Method: m.name, Outcome: OutcomeOpen, Err: err})
	}
	return err
}

// succeeded reports the success of a first attempt.
func (p *plan) succeeded(permit *breaker.Permit) {
	permit.Done(breaker.Success)
	p.budget.success()
}

// guard returns what is to be deferred around a method: it counts a failure where
// that is left by panic or Goexit. It is a func of its own, and inlined, because one
// that is written inside of a generic func takes longer to make.
func (p *plan) guard(inMethod *bool, era breaker.Era) func() {
	return func() {
		if *inMethod {
			permit := p.breaker.Permit(era)
			permit.Done(breaker.Failure)
		}
	}
}
