package retry

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A call is one call of a method, from its first attempt to its end. It lives on
// the stack of Do or Call, which alternate between it and the method:
//
//	for more := c.start(); more; {
//		more = c.again(f(c.ctx))
//	}
type call struct {
	m       *methodFacts
	key     key
	plan    *plan
	caller  context.Context // the caller's, with the key
	whole   context.Context // with the total timeout, too
	timed   context.Context // of the attempt, with all timeouts
	ctx     context.Context // what the method gets: timed, or a lease
	lease   *lease
	permit  breaker.KeyPermit[key]
	limit   int // attempts allowed
	attempt int // attempts begun

	prev, delay time.Duration // the strategy's last delay; what was really waited
	timer       *time.Timer
	token       bool // taken for a retry that has not begun
	polls       bool // the last attempt has not failed, but its result is not good yet
	entered     bool // the attempt has a place under the limit

	cancelWhole, cancelAttempt context.CancelFunc

	began, attemptBegan time.Time     // only where a hook wants to know
	failed              time.Duration // when the first attempt failed, since epoch

	spare *layer // not used yet
	above *layer // what wrappers further up want; known from the first failure on

	inMethod bool // leaving the frame now is a panic or a Goexit in the method
	failing  bool // the last attempt has returned an error

	unanswered bool // the last attempt has not returned
	last       error

	over    bool
	outcome Outcome
	err     error // what the caller gets
}

// begin opens a call that has made no attempt.
func (c *call) begin(ctx context.Context, m *Method, p *plan) {
	c.m, c.key, c.plan, c.caller, c.limit = m.methodFacts, m.key, p, ctx, p.attempts
	if m.observer.hooks.CallDone != nil {
		c.began = time.Now()
	}
	if p.key {
		c.caller = withKey(c.caller)
	}
	c.whole = c.caller
	if total := p.timeout.Total; total > 0 {
		c.whole, c.cancelWhole = context.WithTimeoutCause(c.whole, total, ErrDeadline)
	}
}

// An attempt is the first one, when it has returned before there is a call.
type attempt struct {
	caller context.Context
	timed  context.Context    // the caller's, or with a timeout
	cancel context.CancelFunc // of the timeout; nil when there is none
	permit breaker.Permit
}

// resume opens a call whose first attempt has just returned.
func (c *call) resume(m *Method, p *plan, made *attempt) {
	c.m, c.key, c.plan, c.limit = m.methodFacts, m.key, p, p.attempts
	c.caller, c.whole, c.timed, c.ctx = made.caller, made.caller, made.timed, made.timed
	c.permit.Permit, c.cancelAttempt, c.attempt = made.permit, made.cancel, 1
}

// start prepares the next attempt, and reports whether it is to be made.
func (c *call) start() bool {
	if !c.admit() {
		return false
	}
	if t := c.plan.timeout.Attempt; t > 0 {
		c.timed, c.cancelAttempt = context.WithTimeoutCause(c.timed, t, ErrAttemptTimeout)
	}
	c.ctx = c.timed
	if c.plan.lends {
		c.lease = c.lend(c.timed)
		c.ctx = c.lease
	}
	if c.m.observer.hooks.AttemptDone != nil {
		c.attemptBegan = time.Now()
	}
	c.inMethod = true
	c.permit.Begin()
	return true
}

// admit gets the next attempt all that it needs but a timeout.
func (c *call) admit() bool {
	if ended := c.ended(); ended != nil {
		return c.giveUp(stopCause(ended))
	}
	if !c.ask() || c.plan.limit != nil && !c.enter() {
		return false
	}
	if n := c.attempt + 1; n > 1 && c.m.observer.hearsRetries() {
		c.m.observer.retry(c.whole, RetryEvent{Method: c.m.name, Attempt: n, Delay: c.delay, Err: c.last})
	}
	if ended := c.ended(); ended != nil { // a hook may have cancelled, or a listener of the breaker
		return c.giveUp(stopCause(ended))
	}
	c.attempt++
	c.timed = c.layered(c.whole)
	c.token = false
	return true
}

// ask gets a permit of the breaker, or ends the call.
func (c *call) ask() bool {
	if era, ok := c.plan.pass(); ok {
		c.permit.Permit = c.plan.breaker.Permit(era)
		return true
	}
	err := c.plan.allow(c.key, &c.permit)
	switch {
	case err == nil:
		return true
	case c.attempt == 0:
		return c.stop(OutcomeOpen, err)
	default:
		return c.giveUp(err)
	}
}

// enter waits for a place under the limit, or ends the call. Where it has waited it
// asks the breaker anew, which may have opened meanwhile: a queue must not go on to a
// dependency that is down.
func (c *call) enter() bool {
	waited, err := c.plan.limit.enter(c.whole)
	if err == nil {
		c.entered = true
		if waited {
			c.settle(breaker.Neutral)
			return c.ask()
		}
		return true
	}
	switch {
	case !errors.Is(err, ErrLimited):
		return c.giveUp(stopCause(c.whole))
	case c.attempt == 0:
		c.m.observer.limited(c.whole, LimitEvent{Method: c.m.name, Attempt: 1, Err: err})
		return c.stop(OutcomeLimited, err)
	default:
		c.m.observer.limited(c.whole, LimitEvent{Method: c.m.name, Attempt: c.attempt + 1, Err: err})
		return c.giveUp(err)
	}
}

// again takes what the attempt returned. It reports true after the wait for the
// next attempt, when that is to be made; otherwise the call is over and c.err is
// what the caller gets.
func (c *call) again(err error) bool {
	c.inMethod, c.failing = false, methodError(err) != nil
	c.lease.returned()
	v := c.judge(err)
	c.settle(v.vote)
	if c.entered || c.cancelAttempt != nil {
		c.releaseAttempt()
	}
	if hook := c.m.observer.hooks.AttemptDone; hook != nil {
		hook(c.whole, AttemptEvent{Method: c.m.name, Attempt: c.attempt, Duration: time.Since(c.attemptBegan), Err: methodError(err)})
	}
	return c.decide(v, err) && c.start()
}

// ended returns the context that has ended the call, the caller's or the one with the
// total timeout; nil while neither has ended. The caller's is asked as well, because
// the other one may hear of its end late, where it is not one of package context: so
// is that of an attempt whose results are streams.
func (c *call) ended() context.Context {
	switch {
	case c.whole.Err() != nil:
		return c.whole
	case c.cancelWhole != nil && c.caller.Err() != nil:
		return c.caller
	}
	return nil
}

// settle reports to the breaker.
func (c *call) settle(vote breaker.Outcome) {
	if c.plan.keyed != nil {
		c.permit.Done(vote)
	} else {
		c.permit.Permit.Done(vote)
	}
}

// decide waits for the next attempt if there is to be one, and ends the call
// otherwise.
func (c *call) decide(v verdict, err error) bool {
	if e, ok := err.(*rewindError); ok {
		c.attempt-- // the method has not seen it
		return c.giveUp(e)
	}
	err = methodError(err)
	c.last, c.polls = err, v.ruling == notYet
	switch v.ruling {
	case succeeded:
		c.plan.budget.success()
		return c.stop(OutcomeSuccess, nil)
	case final:
		if v.vote == breaker.Success {
			c.plan.budget.success()
		}
		return c.stop(OutcomeFinal, err)
	case cancelled:
		return c.stop(OutcomeCancelled, err)
	case outOfTime:
		return c.giveUp(stopCause(c.ended()))
	}
	if !c.mayRepeat() {
		if c.attempt == 1 {
			return c.stop(OutcomeExhausted, err)
		}
		return c.giveUp(ErrExhausted)
	}
	return c.wait(v)
}

// mayRepeat reports whether an attempt is left. At the first failure it asks
// whether a wrapper further up is already repeating the call.
func (c *call) mayRepeat() bool {
	if c.failed == 0 {
		c.failed = time.Since(epoch)
		c.above = layerOf(c.whole)
	}
	if c.above != nil && (c.above.strict || c.above.single && !c.polls) {
		return false
	}
	return c.attempt < c.limit
}

// layered returns the context as the attempt has it, which tells from the second
// attempt on that this is a retry. A look at a result that is not good yet multiplies
// nothing, and leaves those below free.
func (c *call) layered(ctx context.Context) context.Context {
	if c.attempt == 1 {
		return ctx
	}
	l := c.newLayer()
	l.Context, l.attempt, l.single = ctx, int32(min(c.attempt, math.MaxInt32)), !c.polls
	if c.above != nil {
		l.single = l.single || c.above.single
	}
	return l
}

// newLayer returns a layer that has not been used. They are made by twos, because a
// call that fails twice is not rare in an outage, and allocating is what takes time.
func (c *call) newLayer() *layer {
	if c.spare == nil {
		two := new([2]layer)
		c.spare = &two[1]
		return &two[0]
	}
	l := c.spare
	c.spare = nil
	return l
}

// lend returns a lease for an attempt whose timeouts end with a context.
func (c *call) lend(timeouts context.Context) *lease {
	return newLease(c.layered(c.caller), timeouts)
}
