package retry

import (
	"context"
	"sync/atomic"
)

// Keep says that a result of the attempt with the context ctx may go on using that,
// and tells nobody when it is done: *sql.Rows and *sql.Tx do, a channel and an
// iterator. The context then lives until nothing refers to it any more, or the
// caller's ends. Keep returns the result as it is.
//
// Generated code calls it, or another one of the funcs whose names begin with Keep,
// for each result that is more than plain data. Where the method has no timeout and
// no hedge in force they do nothing, because then the context is the caller's.
func Keep[T any](ctx context.Context, result T) T {
	if l := leaseFor(ctx, result); l != nil {
		l.hold(result)
		l.loose = true
	}
	return result
}

// KeepAs is Keep for a result that can be put into something that releases the Hold
// when it is closed, which ends the context earlier. Wrap is not called where there
// is nothing to hold.
func KeepAs[T any](ctx context.Context, result T, wrap func(T, *Hold) T) T {
	if l := leaseFor(ctx, result); l != nil {
		l.loose = true
		return wrap(result, l.hold(result))
	}
	return result
}

// A Hold keeps the context of an attempt alive for one of its results.
type Hold struct {
	lease    *lease
	released atomic.Bool
}

// Release gives the context up, which ends when no other result holds it. Releasing
// it a second time does nothing.
func (h *Hold) Release() {
	if !h.released.Swap(true) {
		h.lease.drop()
	}
}

// leaseFor returns the lease that an attempt has been handed, if it has one and the
// result is not nil.
func leaseFor(ctx context.Context, result any) *lease {
	if result == nil {
		return nil
	}
	l, _ := ctx.(*lease)
	return l
}

// hold returns a new Hold for a result, which is closed where the caller does not
// get it.
func (l *lease) hold(result any) *Hold {
	l.holds.Add(1)
	l.closes = append(l.closes, result)
	return &Hold{lease: l}
}
