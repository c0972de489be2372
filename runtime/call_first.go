package retry

import (
	"context"

	"github.com/retrygen/retrygen/breaker"
)

// Do calls f, which calls the wrapped method, as often as the policy says. It returns the
// error of the call as the package documentation describes it. Each attempt gets ctx or a
// context made from it, which ends when the attempt does. f runs on the caller's
// goroutine.
func (m *Method) Do(ctx context.Context, f func(context.Context) error) (err error) {
	// Most calls end with their first attempt, which needs no state but the breaker's
	// permit. So Do makes it right here, or in one of the funcs below; a call makes the
	// rest. Stores to the stack are what takes time here, and each line was measured: the
	// results have names, err is returned even if it is nil, and the deferred func comes
	// before the look at the context, although a context whose Err panics then counts as a
	// method that does. f does not escape, so its closure stays on the stack.
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

// doAll is Do when the first attempt needs more than the breaker's permit.
func (m *Method) doAll(ctx context.Context, p *plan, f func(context.Context) error) error {
	_, err := callAll(ctx, m, p, withoutResult(f))
	return err
}

// doShut is Do when the breaker is open, or has more to check than whether it is
// closed. Its frame is small, which makes a refusal quick.
func (m *Method) doShut(ctx context.Context, p *plan, f func(context.Context) error) error {
	m.mustHave(ctx)
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
	if err != nil || permit.Probe() || ctx.Err() != nil {
		return m.doProbe(ctx, p, permit, err, f)
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

func (m *Method) doProbe(ctx context.Context, p *plan, permit breaker.Permit, err error, f func(context.Context) error) error {
	_, err = callProbe(ctx, m, p, permit, err, withoutResult(f))
	return err
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

// Call is for generated code. It is [Method.Do] for a method with one result besides the
// error. It returns the result of the last attempt, or the zero T if there was none.
func Call[T any](ctx context.Context, m *Method, f func(context.Context) (T, error)) (result T, err error) {
	// This repeats Do. If Do called it, each call would wrap one closure in another.
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
	m.mustHave(ctx)
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
	if err != nil || permit.Probe() || ctx.Err() != nil {
		return callProbe(ctx, m, p, permit, err, f)
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

// callProbe is Call when there is more to the answer of the breaker than a permit.
func callProbe[T any](ctx context.Context, m *Method, p *plan, permit breaker.Permit, err error, f func(context.Context) (T, error)) (result T, _ error) {
	var probe *probing
	held, vote := true, breaker.Neutral
	defer func() {
		probe.end()
		if held {
			permit.Done(vote)
		}
	}()
	probe, below := p.probed(ctx, key{}, permit.Probe(), err)
	switch {
	case below:
		permit.Done(breaker.Neutral)
	case err != nil:
		return result, m.refused(ctx, err)
	}
	if ctx.Err() != nil { // a listener of the breaker cancelled
		permit.Done(breaker.Neutral)
		return callAll(ctx, m, p, f)
	}
	vote = breaker.Failure // of a method that panics or calls Goexit
	result, err = f(probe.context(ctx))
	held = false
	probe.end()
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
	if p.off && m.fallbackCall(ctx) == nil {
		result, err = f(ctx)
		return result, methodError(err)
	}
	m.mustHave(ctx)
	if p.chaos != nil {
		f = disturbed(m.methodFacts, p.chaos, f)
	}
	if m.tellsFirst(ctx, p) {
		if era, ok := p.breaker.Pass(); ok {
			return callTold(ctx, m, p, era, f)
		}
	}
	if p.first == timedFirst && ctx.Err() == nil {
		if era, ok := p.breaker.Pass(); ok {
			return callTimed(ctx, m, p, era, f)
		}
	}
	var c call
	c.begin(ctx, m, p)
	defer c.end()
	c.open()
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

// mustHave panics for the caller of a wrapper who gives it a nil context.
func (m *methodFacts) mustHave(ctx context.Context) {
	if ctx == nil {
		panic("retry: nil context in a call of " + m.name)
	}
}

// refused ends a call whose first attempt the breaker refuses.
func (m *methodFacts) refused(ctx context.Context, err error) error {
	if m.observer.hearsGiveUps() {
		m.observer.giveUp(ctx, GiveUpEvent{Method: m.name, Instance: m.observer.instance, Outcome: OutcomeOpen, Err: err})
	}
	return err
}

// succeeded reports the success of a first attempt.
func (p *plan) succeeded(permit *breaker.Permit) {
	permit.Done(breaker.Success)
	p.budget.success()
}

// guard returns a func to defer around the method. It counts a failure if the method
// panics or calls Goexit. It is a func of its own, and inlined, because a closure that is
// written inside a generic func takes longer to make.
func (p *plan) guard(inMethod *bool, era breaker.Era) func() {
	return func() {
		if *inMethod {
			permit := p.breaker.Permit(era)
			permit.Done(breaker.Failure)
		}
	}
}
