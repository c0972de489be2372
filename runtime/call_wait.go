package retry

import (
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// schedule decides how long the call waits for its next attempt, or ends the call.
func (c *call) schedule(v verdict) bool {
	if v.retryAfter > c.plan.longest {
		return c.giveUp(ErrRetryAfter)
	}
	c.delay = c.nextDelay(v.retryAfter)
	if c.delay > 0 { // without a wait, the context alone decides
		if deadline, ok := c.whole.Deadline(); ok && virtual.Until(deadline) <= c.delay {
			return c.giveUp(ErrDeadline)
		}
	}
	if refusal := c.plan.refuses(c.key, c.delay); refusal != nil {
		return c.giveUp(refusal)
	}
	if v.ruling == worthARetry {
		if !c.plan.budget.take() {
			return c.giveUp(ErrBudget)
		}
		c.token = true
	}
	if c.polls || c.lease.idle() {
		c.discard() // otherwise the next attempt does, because there may be none
	}
	if c.delay > 0 {
		c.returned = 0
	}
	return true
}

// pause waits for the next attempt.
func (c *call) pause() bool {
	if c.delay > 0 {
		c.sleep(c.delay)
	}
	return true
}

// nextDelay returns the strategy's delay, raised to what the server asks for. A
// jittered delay is added to that instead: clients that were all given one moment must
// not come back at once.
func (c *call) nextDelay(retryAfter time.Duration) time.Duration {
	var u float64
	if c.plan.jittered {
		u = virtual.Float64()
	}
	c.prev = c.plan.strategy.Delay(c.attempt, c.prev, u)
	switch {
	case retryAfter <= 0:
		return c.prev
	case c.plan.jittered:
		return retryAfter + min(c.prev, c.plan.longest-retryAfter)
	default:
		return max(c.prev, retryAfter)
	}
}

// sleep waits for d or for the context. It does not say which ended the wait, because a
// select between two that are ready takes either; start asks the context.
func (c *call) sleep(d time.Duration) {
	c.arm(d)
	select {
	case <-c.timer.C:
	case <-c.whole.Done():
	}
}

// arm sets the call's timer. With GODEBUG=asynctimerchan=1 the channel of a timer has a
// buffer, and may hold the time of an earlier end. Such a timer is not used again.
func (c *call) arm(d time.Duration) {
	if c.timer != nil && cap(c.timer.C) == 0 {
		c.timer.Reset(d)
		return
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.NewTimer(d)
}
