package retry

import (
	"github.com/retrygen/retrygen/breaker"
)

// stop ends the call with the error as it is.
func (c *call) stop(o Outcome, err error) bool {
	c.over, c.outcome, c.err = true, o, err
	switch o {
	case OutcomeExhausted, OutcomeOpen, OutcomeLimited, OutcomeFault:
		c.tellGiveUp()
	}
	c.keep(err != nil)
	return false
}

// keep leaves the results of the last attempt to the caller. Until then a panic in a hook
// closes them.
func (c *call) keep(failed bool) {
	c.lease.keep(failed, c.plan.counts)
	c.lease = nil
}

// giveUp ends the call with an Error.
func (c *call) giveUp(cause error) bool {
	if c.polls {
		c.discard()
	}
	e := &Error{Method: c.m.name, Attempts: c.attempt, Cause: cause, Last: c.last, unanswered: c.unanswered}
	if ended := c.ended(); ended != nil {
		e.ended = ended.Err()
	}
	if cause == ErrDeadline {
		e.late = c.late(e.ended != nil)
	}
	if c.failed != 0 {
		e.Elapsed = clock() - c.failed
	}
	c.over, c.outcome, c.err = true, outcomeOf(cause, e.ended), e
	if c.outcome != OutcomeCancelled {
		c.tellGiveUp()
	}
	c.keep(true)
	return false
}

func (c *call) tellGiveUp() {
	e := GiveUpEvent{
		Method: c.m.name, Instance: c.m.observer.instance,
		Attempts: c.attempt, Outcome: c.outcome, Class: c.class, Err: c.err,
	}
	if c.failed != 0 {
		e.Elapsed = clock() - c.failed
	}
	if c.plan.counts != nil {
		c.plan.counts.giveUps.add(e)
	}
	c.m.observer.giveUp(c.inner, e)
}

// discard closes results that the caller does not get, and ends their lease.
func (c *call) discard() {
	if lease := c.lease; lease != nil {
		c.lease = nil
		lease.discard()
	}
}

// releaseAttempt gives back what an attempt holds besides its permit.
func (c *call) releaseAttempt() {
	if c.entered {
		c.entered = false
		c.plan.limit.leave()
	}
	if cancel := c.cancelAttempt; cancel != nil {
		c.cancelAttempt = nil
		cancel()
	}
	if cancel := c.cancelGiven; cancel != nil {
		c.cancelGiven = nil
		cancel()
	}
}

// end releases what the call still holds. It is deferred, because a panic or
// runtime.Goexit may leave the call anywhere. One in the method is a failure; one in a
// hook or a predicate says nothing about the dependency.
func (c *call) end() {
	if c.over && c.plan.first == directFirst && c.timer == nil && !c.token {
		return // the call holds nothing, and nobody hears of it
	}
	c.release()
}

func (c *call) release() {
	vote := breaker.Neutral
	if c.inMethod {
		vote = breaker.Failure
	}
	if !c.over {
		c.outcome = OutcomePanic
	}
	c.plan.counts.add(c.attempt, c.copies, c.outcome)
	defer c.tellDone()
	if c.trying {
		defer c.tellAttemptDone(RulingPanic, ClassUnclassified, nil)
	}
	defer c.settle(vote)
	if c.token {
		c.plan.budget.giveBack()
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	if c.lease != nil { // a panic or a Goexit
		defer c.lease.discard()
		c.lease.returned()
	}
	if c.cancelWhole != nil {
		defer c.cancelWhole()
	}
	if c.cancelInner != nil {
		defer c.cancelInner()
	}
	c.releaseAttempt()
}
