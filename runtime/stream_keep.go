package retry

import (
	"context"
	"reflect"
	"sync/atomic"
)

// Keep says that a result of the attempt with the context ctx may go on using that,
// and tells nobody when it is done: a channel does, and an iterator. The context then
// lives until the caller's ends. It is not left to the collector to end it sooner,
// because that does not see who waits for ctx.Done(). Keep returns the result as it is.
//
// Generated code calls it, or another one of the funcs whose names begin with Keep,
// for each result that is more than plain data. Where the method has no timeout and
// no hedge in force they do nothing, because then the context is the caller's.
func Keep[T any](ctx context.Context, result T) T {
	if l := leaseFor(ctx, result); l != nil {
		l.hold(result)
	}
	return result
}

// KeepUntilCollected is Keep for a result that refers to its context for as long as it
// is in use, as *sql.Rows and *sql.Tx do: the context ends when nothing refers to it
// any more, or the caller's ends.
func KeepUntilCollected[T any](ctx context.Context, result T) T {
	if l := leaseFor(ctx, result); l != nil {
		l.hold(result)
		l.loose++
	}
	return result
}

// KeepAs is Keep for a result that can be put into something that releases the Hold
// when it is closed, which ends the context. Wrap is not called where there is
// nothing to hold.
func KeepAs[T any](ctx context.Context, result T, wrap func(T, *Hold) T) T {
	if l := leaseFor(ctx, result); l != nil {
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

// leaseFor returns the lease that an attempt has been handed, if it has one and there
// is a result.
func leaseFor(ctx context.Context, result any) *lease {
	l, _ := ctx.(*lease)
	if l == nil || isNil(result) {
		return nil
	}
	return l
}

func isNil(result any) bool {
	switch v := reflect.ValueOf(result); v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Chan, reflect.Func, reflect.Map, reflect.Slice:
		return v.IsNil()
	}
	return false
}

// apart returns the context of the caller for a method whose results may go on using
// it. What they hold on to is not to be the lease of a wrapper further up, which this
// context may be: that is for the results of that one.
func (m *methodFacts) apart(ctx context.Context) context.Context {
	if m.spec.Lends {
		if l, ok := ctx.(*lease); ok {
			return apart{l}
		}
	}
	return ctx
}

type apart struct{ *lease }

// hold returns a new Hold for a result, which is closed where the caller does not
// get it.
func (l *lease) hold(result any) *Hold {
	l.holds.Add(1)
	l.closes = append(l.closes, result)
	return &Hold{lease: l}
}
