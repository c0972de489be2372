package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// A telling is what a call has to know for its hooks. A call whose plan has a direct first
// attempt has none of them, and leaves it empty.
type telling struct {
	handed context.Context // what CallStart returned, or the caller's
	inner  context.Context // the same with the total timeout; attempts are made from it
	given  context.Context // of the attempt: what AttemptStart returned

	cancelInner context.CancelFunc // nil if inner has no timeout of its own
	cancelGiven context.CancelFunc // nil if given needs none

	fallback *FallbackCall // which the call is part of; nil without one
	told     bool          // CallStart has returned
	trying   bool          // AttemptStart has returned, and AttemptDone has not been called
	number   int           // of the copy that the attempt is; 0 is the attempt itself

	// Readings of the clock. Returned is when the last attempt did, and zero once the call
	// has waited. Failed is when the first attempt failed, which an Error wants to know.
	began, attemptBegan, returned, failed time.Duration

	busy   time.Duration // with an attempt under way
	copies int           // that hedges have started
	class  Class         // of the last error
}

// open calls CallStart, and makes the context of the call.
func (c *call) open() {
	o := &c.m.observer
	if o.spans {
		c.fallback = c.m.fallbackCall(c.caller)
	}
	if c.plan.key {
		c.caller = withKey(c.caller)
	}
	if o.spans || o.timed {
		c.tellStart()
	}
	c.whole = c.caller
	total := c.plan.timeout.Total
	if total > 0 {
		c.whole, c.cancelWhole = virtual.WithTimeoutCause(c.caller, total, ErrDeadline)
	}
	switch {
	case c.handed == nil:
		c.handed, c.inner = c.caller, c.whole
	case total > 0:
		deadline, _ := c.whole.Deadline()
		c.inner, c.cancelInner = virtual.WithDeadlineCause(c.handed, deadline, ErrDeadline)
	default:
		c.inner = c.handed
	}
}

// tellStart calls CallStart, unless it was called for the call and its fallback.
func (c *call) tellStart() {
	if c.fallback != nil {
		c.began = c.fallback.began
		return
	}
	if c.m.observer.timed {
		c.began = clock()
	}
	c.handed = c.m.observer.callStart(c.caller)
	c.told = true
}

// callStart calls CallStart. It returns nil if the call is to go on with ctx.
func (o *observer) callStart(ctx context.Context) context.Context {
	if o.hooks.CallStart == nil {
		return nil
	}
	return o.hooks.CallStart(ctx, CallStartEvent{Method: o.method, Instance: o.instance})
}

// tellDone calls CallDone, or leaves that to the fallback. A call that ended with an attempt
// took until then, which saves a clock read.
func (c *call) tellDone() {
	hook := c.m.observer.hooks.CallDone
	if c.fallback == nil && (hook == nil || !c.told) {
		return
	}
	if c.returned == 0 && c.m.observer.timed {
		c.returned = clock()
	}
	e := CallEvent{
		Method: c.m.name, Instance: c.m.observer.instance,
		Attempts: c.attempt, Copies: c.copies,
		Start: epoch.Add(c.began), Duration: c.returned - c.began,
		Outcome: c.outcome, Class: c.class, Err: c.err,
	}
	e.Waited = e.Duration - c.busy
	if c.fallback != nil {
		c.fallback.callDone(e, c.over)
		return
	}
	hook(c.handed, e)
}

// tellAttempt calls AttemptStart, and notes what the attempt goes on with: the context that
// it gets in place of ctx.
func (c *call) tellAttempt(ctx context.Context, number int) context.Context {
	c.given = ctx
	if start := c.m.observer.hooks.AttemptStart; start != nil {
		given := start(ctx, AttemptStartEvent{Method: c.m.name, Instance: c.m.observer.instance, Attempt: c.attempt, Copy: number})
		if given != nil {
			c.given = given
		}
	}
	c.trying, c.number = true, number
	return c.given
}

// bounded returns the context of AttemptStart with the end of the call, which it lacks if it
// is not made from the one that AttemptStart got.
func (c *call) bounded(given context.Context) (context.Context, context.CancelFunc) {
	if c.m.observer.hooks.AttemptStart == nil || c.cancelWhole == nil {
		return given, nil
	}
	end, _ := c.whole.Deadline()
	if earlier, ok := given.Deadline(); ok && !earlier.After(end) {
		return given, nil
	}
	return virtual.WithDeadlineCause(given, end, ErrDeadline)
}

// tellAttemptDone calls AttemptDone for an attempt that has no goroutine of its own, and that
// a hook knows of.
func (c *call) tellAttemptDone(r Ruling, class Class, err error) {
	c.trying = false
	if c.returned == 0 && c.m.observer.timed { // a panic or a Goexit
		c.returned = clock()
		c.busy += c.returned - c.attemptBegan
	}
	if hook := c.m.observer.hooks.AttemptDone; hook != nil {
		hook(c.given, AttemptEvent{
			Method: c.m.name, Instance: c.m.observer.instance, Attempt: c.attempt, Copy: c.number,
			Start: epoch.Add(c.attemptBegan), Duration: c.returned - c.attemptBegan,
			Ruling: r, Class: class, Err: err,
		})
	}
}
