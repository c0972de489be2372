package virtual

import (
	"context"
	"math"
	"time"
)

// A Context is the context of a simulated call. It ends at its deadline, and nothing else
// ends it. It has no values and no Done channel, because no method waits for it.
type Context struct {
	world    *World
	deadline time.Duration // by World.Time; math.MaxInt64 for none
	cause    error
}

// Background returns a context that ends at a World.Time, or never for zero.
func Background(deadline time.Duration) Context {
	if deadline == 0 {
		deadline = math.MaxInt64
	}
	return Context{world, deadline, context.DeadlineExceeded}
}

// Deadline returns the deadline.
func (c *Context) Deadline() (time.Time, bool) {
	if c.deadline == math.MaxInt64 {
		return time.Time{}, false
	}
	return start.Add(c.deadline), true
}

// Err returns context.DeadlineExceeded from the deadline on.
func (c *Context) Err() error {
	if c.world.Time < c.deadline {
		return nil
	}
	return context.DeadlineExceeded
}

// Done returns nil.
func (c *Context) Done() <-chan struct{} { return nil }

// Value returns nil.
func (c *Context) Value(any) any { return nil }

// Cause is context.Cause, and knows the cause of a Context.
func Cause(ctx context.Context) error {
	if c, ok := ctx.(*Context); ok && c.Err() != nil {
		return c.cause
	}
	return context.Cause(ctx)
}

// End returns the World.Time at which a context ends, or zero if it has no deadline.
func End(ctx context.Context) time.Duration {
	if at, ok := ctx.Deadline(); ok {
		return at.Sub(start)
	}
	return 0
}

// WithTimeoutCause is context.WithTimeoutCause.
func WithTimeoutCause(parent context.Context, timeout time.Duration, cause error) (context.Context, context.CancelFunc) {
	if w := simulated(); w != nil {
		return w.withDeadline(parent, w.Time+min(timeout, math.MaxInt64-w.Time), cause)
	}
	return context.WithTimeoutCause(parent, timeout, cause)
}

// WithDeadlineCause is context.WithDeadlineCause.
func WithDeadlineCause(parent context.Context, deadline time.Time, cause error) (context.Context, context.CancelFunc) {
	if w := simulated(); w != nil {
		return w.withDeadline(parent, deadline.Sub(start), cause)
	}
	return context.WithDeadlineCause(parent, deadline, cause)
}

// WithCancel is context.WithCancel. In a World it returns the parent, because a simulated
// call cancels copies by its steps.
func WithCancel(parent context.Context) (context.Context, context.CancelFunc) {
	if On() {
		return parent, noCancel
	}
	return context.WithCancel(parent)
}

func (w *World) withDeadline(parent context.Context, at time.Duration, cause error) (context.Context, context.CancelFunc) {
	if end := End(parent); end != 0 && end < at {
		at, cause = end, context.DeadlineExceeded
		if c, ok := parent.(*Context); ok {
			cause = c.cause
		}
	}
	return &Context{w, at, cause}, noCancel
}

func noCancel() {}
