package retry

import (
	"context"
	"time"
)

// Deadline returns the time by which the attempt that has the context ctx must return. It
// reports false if there is none. A transport can use it to tell the server how much time
// is left.
//
// The result is that of ctx.Deadline unless the results of the attempt can be streams. The
// context of such an attempt outlives its timeouts, so it does not show them. Deadline does,
// until the method has returned.
func Deadline(ctx context.Context) (time.Time, bool) {
	if ctx == nil {
		panic("retry: nil context")
	}
	at, ok := ctx.Deadline()
	for l := leaseAbove(ctx); l != nil; l = leaseAbove(l.Context) {
		if hidden := l.deadline; !hidden.IsZero() && !l.free.Load() && (!ok || hidden.Before(at)) {
			at, ok = hidden, true
		}
	}
	return at, ok
}

type leaseKey struct{}

// Value returns the lease for its own key.
func (l *lease) Value(key any) any {
	if key == (leaseKey{}) {
		return l
	}
	return l.Context.Value(key)
}

// leaseAbove returns the nearest lease that ctx is or comes from, or nil.
func leaseAbove(ctx context.Context) *lease {
	l, _ := ctx.Value(leaseKey{}).(*lease)
	return l
}
