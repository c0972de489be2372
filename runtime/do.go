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
func (m *Method) Do(ctx context.Context, f func(context.Context) error) error {
	p := m.plan.Load()
	if p.first != directFirst || ctx.Err() != nil {
		return m.doAll(ctx, p, f)
	}
	era, ok := p.breaker.Pass()
	if !ok {
		return m.doGuarded(ctx, p, f)
	}
	returned := false
	defer p.unless(&returned, era)()
	err := f(ctx)
	returned = true
	if err == nil && p.breaker.Clean(era) && p.budget.isFull() {
		return nil
	}
	return m.doRest(ctx, p, attempt{permit: p.breaker.Permit(era), ctx: ctx}, err, f)
}

// doGuarded is Do where the breaker has more to look at than whether it is closed,
// or refuses.
func (m *Method) doGuarded(ctx context.Context, p *plan, f func(context.Context) error) error {
	if refusal := p.breaker.Refusal(); refusal != nil {
		return m.refused(ctx, refusal)
	}
	permit, err := p.breaker.Allow()
	if err != nil {
		return m.refused(ctx, err)
	}
	returned := false
	defer func() {
		if !returned { // by panic or Goexit
			permit.Done(breaker.Failure)
		}
	}()
	err = f(ctx)
	returned = true
	if err == nil {
		permit.Done(breaker.Success)
		p.budget.success()
		return nil
	}
	return m.doRest(ctx, p, attempt{permit: permit, ctx: ctx}, err, f)
}

// doTimed is Do where an attempt has a timeout.
func (m *Method) doTimed(ctx context.Context, p *plan, era breaker.Era, f func(context.Context) error) error {
	timed, cancel := context.WithTimeoutCause(ctx, p.timeout.Attempt, ErrAttemptTimeout)
	defer cancel()
	returned := false
	defer p.unless(&returned, era)()
	err := f(timed)
	returned = true
	if err == nil && p.breaker.Clean(era) && p.budget.isFull() {
		return nil
	}
	return m.doRest(ctx, p, attempt{permit: p.breaker.Permit(era), ctx: timed, cancel: cancel}, err, f)
}

func (m *Method) doAll(ctx context.Context, p *plan, f func(context.Context) error) error {
	if p.off {
		return f(ctx)
	}
	if p.first == timedFirst && ctx.Err() == nil {
		if era, ok := p.breaker.Pass(); ok {
			return m.doTimed(ctx, p, era, f)
		}
	}
	var c call
	c.begin(ctx, m, p)
	defer c.end()
	for more := c.start(); more; {
		more = c.again(f(c.ctx))
	}
	return c.err
}

func (m *Method) doRest(ctx context.Context, p *plan, made attempt, err error, f func(context.Context) error) error {
	if err == nil {
		p.succeeded(made)
		return nil
	}
	var c call
	c.resume(ctx, m, p, made)
	defer c.end()
	for more := c.again(err); more; {
		more = c.again(f(c.ctx))
	}
	return c.err
}

// Call is Do for a method with one result beside the error. The result is that
// of the last attempt, and the zero T where there was none.
func Call[T any](ctx context.Context, m *Method, f func(context.Context) (T, error)) (T, error) {
	p := m.plan.Load()
	if p.first != directFirst || ctx.Err() != nil {
		return callAll(ctx, m, p, f)
	}
	era, ok := p.breaker.Pass()
	if !ok {
		return callGuarded(ctx, m, p, f)
	}
	returned := false
	defer p.unless(&returned, era)()
	result, err := f(ctx)
	returned = true
	if err == nil && p.breaker.Clean(era) && p.budget.isFull() {
		return result, nil
	}
	return callRest(ctx, m, p, attempt{permit: p.breaker.Permit(era), ctx: ctx}, result, err, f)
}

func callGuarded[T any](ctx context.Context, m *Method, p *plan, f func(context.Context) (T, error)) (T, error) {
	var none T
	if refusal := p.breaker.Refusal(); refusal != nil {
		return none, m.refused(ctx, refusal)
	}
	permit, err := p.breaker.Allow()
	if err != nil {
		return none, m.refused(ctx, err)
	}
	returned := false
	defer func() {
		if !returned { // by panic or Goexit
			permit.Done(breaker.Failure)
		}
	}()
	result, err := f(ctx)
	returned = true
	if err == nil {
		permit.Done(breaker.Success)
		p.budget.success()
		return result, nil
	}
	return callRest(ctx, m, p, attempt{permit: permit, ctx: ctx}, result, err, f)
}

func callTimed[T any](ctx context.Context, m *Method, p *plan, era breaker.Era, f func(context.Context) (T, error)) (T, error) {
	timed, cancel := context.WithTimeoutCause(ctx, p.timeout.Attempt, ErrAttemptTimeout)
	defer cancel()
	returned := false
	defer p.unless(&returned, era)()
	result, err := f(timed)
	returned = true
	if err == nil && p.breaker.Clean(era) && p.budget.isFull() {
		return result, nil
	}
	return callRest(ctx, m, p, attempt{permit: p.breaker.Permit(era), ctx: timed, cancel: cancel}, result, err, f)
}

func callAll[T any](ctx context.Context, m *Method, p *plan, f func(context.Context) (T, error)) (result T, err error) {
	if p.off {
		return f(ctx)
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

func callRest[T any](ctx context.Context, m *Method, p *plan, made attempt, result T, err error, f func(context.Context) (T, error)) (T, error) {
	if err == nil {
		p.succeeded(made)
		return result, nil
	}
	var c call
	c.resume(ctx, m, p, made)
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
func (p *plan) succeeded(made attempt) {
	made.permit.Done(breaker.Success)
	p.budget.success()
}

// unless returns what is to be deferred around a method: it counts a failure where
// the method leaves by panic or Goexit. It is a func of its own, and inlined, because
// one that is written inside of a generic func takes longer to make.
func (p *plan) unless(returned *bool, era breaker.Era) func() {
	return func() {
		if !*returned {
			permit := p.breaker.Permit(era)
			permit.Done(breaker.Failure)
		}
	}
}
