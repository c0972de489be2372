package retry

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
)

// A call is one call of a method, from its first attempt to its end. It lives on the
// stack of Call or Hedge, which alternate between it and the method:
//
//	for more := c.start(); more; {
//		result, err = f(c.ctx)
//		more = c.again(err)
//	}
//
// In a plan whose first attempt is direct (directFirst) an attempt has neither timeout
// nor lease nor limit, and no hook hears of it. The call skips all of these together.
type call struct {
	m       *methodFacts
	key     key
	plan    *plan
	caller  context.Context // the caller's, with the idempotency key
	whole   context.Context // with the total timeout, too
	timed   context.Context // the attempt's, with all timeouts
	ctx     context.Context // what the method gets: timed, or a lease
	lease   *lease
	permit  breaker.KeyPermit[key]
	probe   *probing // the attempt, if it is one
	limit   int      // attempts allowed
	attempt int      // attempts begun

	prev, delay time.Duration // the strategy's last delay; the one that was waited
	timer       *time.Timer
	token       bool // taken for a retry or a copy that has not begun
	polls       bool // the last attempt has not failed, but its result is not good yet
	entered     bool // the attempt has a place under the limit
	paused      bool // time has passed, or a hook has run, since the call began

	cancelWhole, cancelAttempt context.CancelFunc

	telling

	spare *layer // not used yet
	above *layer // what the wrappers above want; known from the first failure on

	inMethod bool // leaving the frame now is a panic or a Goexit in the method

	unanswered bool // the last attempt has not returned
	last       error

	over    bool
	outcome Outcome
	err     error // what the caller gets
}

// begin prepares a call that has made no attempt, for open.
func (c *call) begin(ctx context.Context, m *Method, p *plan) {
	c.m, c.key, c.plan, c.caller, c.limit = m.methodFacts, m.key, p, ctx, p.attempts
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
	c.caller, c.whole, c.inner, c.timed, c.ctx = made.caller, made.caller, made.caller, made.timed, made.timed
	c.permit.Permit, c.cancelAttempt, c.attempt = made.permit, made.cancel, 1
}

// start prepares the next attempt, and reports whether it is to be made.
func (c *call) start() bool {
	if !c.admit() {
		return false
	}
	if c.plan.first == directFirst {
		c.ctx = c.layered(c.probe.context(c.inner))
	} else {
		c.equip()
	}
	c.begun()
	return true
}

// begun says that the call goes into the method now.
func (c *call) begun() {
	c.token = false
	c.inMethod = true
	c.permit.Begin()
}

// equip makes the context of an attempt, with its timeout and its lease.
func (c *call) equip() {
	if c.m.observer.timed {
		c.attemptBegan, c.returned = c.began, 0
		if c.paused {
			c.attemptBegan = clock()
		}
	}
	below := c.inner
	if c.plan.lends {
		below = c.handed
	}
	given := c.layered(c.probe.context(below))
	if c.m.observer.attempts {
		given = c.tellAttempt(given, 0)
	}
	if c.plan.lends {
		c.timed = c.inner
	} else {
		c.timed, c.cancelGiven = c.bounded(given)
	}
	if t := c.plan.timeout.Attempt; t > 0 {
		c.timed, c.cancelAttempt = virtual.WithTimeoutCause(c.timed, t, ErrAttemptTimeout)
	}
	c.ctx = c.timed
	if c.plan.lends {
		c.lease = newLease(given, c.timed)
		c.ctx = c.lease
	}
}

// admit gets the next attempt its permit and its place under the limit.
func (c *call) admit() bool {
	if ended := c.ended(); ended != nil {
		return c.giveUp(stopCause(ended))
	}
	if era, closed := c.plan.pass(); closed && c.plan.first == directFirst && !c.m.observer.hearsRetries() {
		c.permit.Permit = c.plan.breaker.Permit(era) // the usual case, quicker
	} else if !c.ready() {
		return false
	}
	c.admitted()
	return true
}

// admitted begins an attempt that has its permit and its place.
func (c *call) admitted() {
	c.discard()
	c.attempt++
}

// ready gets a permit and a place for the next attempt, or ends the call. It may wait.
func (c *call) ready() bool {
	if !c.ask() {
		return false
	}
	if limit := c.plan.limit; limit != nil {
		waited, err := limit.enter(c.whole)
		if !c.placed(waited, err) {
			return false
		}
	}
	return c.announce()
}

// announce tells the hooks of a retry that has its permit and its place. Waits, hooks and
// listeners take time, so it asks the context once more, and may end the call.
func (c *call) announce() bool {
	if n := c.attempt + 1; n > 1 && c.m.observer.hearsRetries() {
		c.m.observer.retry(c.inner, RetryEvent{
			Method: c.m.name, Instance: c.m.observer.instance, Attempt: n, Delay: c.delay, Class: c.class, Err: c.last,
		})
	}
	if ended := c.ended(); ended != nil {
		c.settle(breaker.Neutral)
		return c.giveUp(stopCause(ended))
	}
	return true
}

// ask gets a permit of the breaker, or ends the call.
func (c *call) ask() bool {
	c.paused = c.paused || c.attempt > 0
	if era, ok := c.plan.pass(); ok {
		c.permit.Permit = c.plan.breaker.Permit(era)
		return true
	}
	c.paused = true // a listener of the breaker may run
	probe, err := c.plan.admit(c.whole, c.key, &c.permit)
	c.probe = probe
	switch {
	case err == nil:
		return true
	case c.attempt == 0:
		return c.stop(OutcomeOpen, err)
	default:
		return c.giveUp(err)
	}
}

// placed takes the answer of the limit to the next attempt, and may end the call. After a
// wait it asks the breaker again, which may have opened meanwhile: a queue must not move on
// to a dependency that is down.
func (c *call) placed(waited bool, err error) bool {
	if err == nil {
		c.entered = true
		if waited {
			c.paused = true
			c.settle(breaker.Neutral)
			return c.ask()
		}
		return true
	}
	if !errors.Is(err, ErrLimited) {
		return c.giveUp(stopCause(c.whole))
	}
	c.m.observer.limited(c.inner, LimitEvent{Method: c.m.name, Instance: c.m.observer.instance, Attempt: c.attempt + 1, Err: err})
	if c.attempt == 0 {
		return c.stop(OutcomeLimited, err)
	}
	return c.giveUp(err)
}

// again takes what the attempt returned. It reports true after the wait for the next
// attempt, if there is to be one. Otherwise the call is over and c.err is what the
// caller gets.
func (c *call) again(err error) bool { return c.answered(err) && c.pause() && c.start() }

// answered takes what the attempt returned, and reports whether there is to be another one,
// after c.delay.
func (c *call) answered(err error) bool {
	c.inMethod = false
	c.lease.returned()
	if c.plan.first != directFirst && c.m.observer.timed {
		c.returned = clock()
		c.busy += c.returned - c.attemptBegan
	}
	var v verdict // of a success
	if err != nil {
		v = c.judge(err)
	}
	c.settle(v.vote)
	if c.plan.first != directFirst {
		c.releaseAttempt()
		if c.trying {
			c.tellAttemptDone(rulings[v.ruling], v.class, methodError(err))
		}
	}
	return c.decide(v, err)
}

// ended returns the context that has ended the call: the caller's, or the one with the
// total timeout. It returns nil while neither has ended. It asks the caller's as well,
// because the other one learns of its end late if it is not of package context. Such a
// context is that of an attempt whose results are streams. If a hook has given the call or
// the attempt another context, that one has a timer of its own, which may be a little ahead.
func (c *call) ended() context.Context {
	switch {
	case c.whole.Err() != nil:
		return c.whole
	case c.cancelWhole != nil && c.caller.Err() != nil:
		return c.caller
	case c.cancelInner != nil && c.inner.Err() != nil && virtual.Cause(c.inner) == ErrDeadline:
		return c.inner
	case c.cancelGiven != nil && c.timed.Err() != nil && context.Cause(c.timed) == ErrDeadline:
		return c.timed
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
	if c.probe != nil {
		c.probe.end()
		c.probe = nil
	}
}

// decide reports whether there is to be another attempt. Otherwise it ends the call.
func (c *call) decide(v verdict, err error) bool {
	if e, ok := err.(*rewindError); ok {
		c.attempt-- // the method has not seen it
		return c.giveUp(e)
	}
	err = methodError(err)
	c.last, c.polls, c.class = err, v.ruling == notYet, v.class
	switch v.ruling {
	case succeeded:
		c.plan.budget.success()
		return c.stop(OutcomeSuccess, nil)
	case answer, fault, final, cancelled:
		if v.ruling == answer {
			c.plan.budget.success()
		}
		return c.stop(ends[v.ruling], err)
	case outOfTime:
		return c.giveUp(stopCause(c.ended()))
	}
	if c.failed == 0 {
		c.failFirst()
	}
	if c.risky(v) {
		return c.stop(OutcomeFinal, err)
	}
	if !c.mayRepeat() {
		if c.attempt == 1 {
			return c.stop(OutcomeExhausted, err)
		}
		return c.giveUp(ErrExhausted)
	}
	return c.schedule(v)
}

// failFirst notes when the first attempt failed, and whether a wrapper above is
// already repeating the call.
func (c *call) failFirst() {
	c.failed = c.returned
	if c.failed == 0 {
		c.failed = clock()
	}
	c.above = layerOf(c.whole)
}

// risky reports whether the last attempt may have had an effect that the next one would
// have again, and the caller has ruled that out; see WithSafeRetries.
func (c *call) risky(v verdict) bool {
	return c.above != nil && c.above.safe && v.ruling == worthARetry && !v.certain && IdempotencyKey(c.whole) == ""
}

// mayRepeat reports whether an attempt is left.
func (c *call) mayRepeat() bool {
	if c.above != nil && (c.above.strict || c.above.single && !c.polls) {
		return false
	}
	return c.attempt < c.limit
}

// layered returns the context that an attempt gets. From the second attempt on it says
// that this is a retry. An attempt that polls multiplies nothing, so the wrappers below
// it stay free to retry. In a simulation there are no wrappers below.
func (c *call) layered(ctx context.Context) context.Context {
	if c.attempt == 1 || virtual.On() {
		return ctx
	}
	l := c.newLayer()
	l.Context, l.attempt, l.single = ctx, int32(min(c.attempt, math.MaxInt32)), !c.polls
	if c.above != nil {
		l.single = l.single || c.above.single
	}
	return l
}

// newLayer returns an unused layer. It allocates two at a time: in an outage many calls
// fail twice, and the allocation is what takes the time.
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
