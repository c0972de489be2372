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
// The first attempt of a method without timeouts, key and per-call hooks is made
// right here: it needs no state but the permit, and most calls end with it. The
// rest is in call.
func (m *Method) Do(ctx context.Context, f func(context.Context) error) error {
	p := m.plan.Load()
	if !p.direct || m.watched || ctx.Err() != nil {
		return m.doAll(ctx, p, f)
	}
	permit, err := p.breaker.Allow()
	if err != nil {
		return m.refused(ctx, err)
	}
	defer permit.Done(breaker.Failure) // counts where f leaves by panic or Goexit
	err = f(ctx)
	if err == nil {
		permit.Done(breaker.Success)
		p.budget.success()
		return nil
	}
	first := permit
	permit = breaker.Permit{}
	return m.doRest(ctx, p, first, err, f)
}

func (m *Method) doAll(ctx context.Context, p *plan, f func(context.Context) error) error {
	if p.off {
		return f(ctx)
	}
	var c call
	c.begin(ctx, m, p)
	defer c.end()
	for more := c.start(); more; {
		more = c.again(f(c.ctx))
	}
	return c.err
}

func (m *Method) doRest(ctx context.Context, p *plan, permit breaker.Permit, err error, f func(context.Context) error) error {
	var c call
	c.resume(ctx, m, p, permit)
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
	if !p.direct || m.watched || ctx.Err() != nil {
		return callAll(ctx, m, p, f)
	}
	permit, err := p.breaker.Allow()
	if err != nil {
		var none T
		return none, m.refused(ctx, err)
	}
	defer permit.Done(breaker.Failure) // counts where f leaves by panic or Goexit
	result, err := f(ctx)
	if err == nil {
		permit.Done(breaker.Success)
		p.budget.success()
		return result, nil
	}
	first := permit
	permit = breaker.Permit{}
	return callRest(ctx, m, p, first, result, err, f)
}

func callAll[T any](ctx context.Context, m *Method, p *plan, f func(context.Context) (T, error)) (result T, err error) {
	if p.off {
		return f(ctx)
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

func callRest[T any](ctx context.Context, m *Method, p *plan, permit breaker.Permit, result T, err error, f func(context.Context) (T, error)) (T, error) {
	var c call
	c.resume(ctx, m, p, permit)
	defer c.end()
	for more := c.again(err); more; {
		result, err = f(c.ctx)
		more = c.again(err)
	}
	return result, c.err
}

// refused ends a call that the breaker did not let begin.
func (m *methodFacts) refused(ctx context.Context, err error) error {
	m.observer.giveUp(ctx, GiveUpEvent{Method: m.name, Outcome: OutcomeOpen, Err: err})
	return err
}
