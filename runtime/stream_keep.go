package retry

import (
	"context"
	"errors"
	"io"
	"reflect"
	"sync/atomic"
)

// Keep is for generated code, which calls it, [KeepAs], [KeepReadCloser] or
// [KeepUntilCollected] for each result that is not plain data. All of them do nothing if
// the method has neither a timeout nor a hedge, because the context is the caller's then.
//
// Keep is for a result that may still use the context of its attempt and does not say when
// it is done, such as a channel or an iterator. The context then lives until the caller's
// ends. The garbage collector cannot end it sooner, because it does not see who waits for
// ctx.Done(). Keep returns the result as it is.
func Keep[T any](ctx context.Context, result T) T {
	if l := leaseFor(ctx, result); l != nil {
		l.hold(result)
		l.endless = true
	}
	return result
}

// KeepUntilCollected is for generated code. It is [Keep] for a result that refers to its
// context while it is in use, such as *sql.Rows and *sql.Tx. The context ends when nothing
// refers to it any more, or when the caller's ends.
func KeepUntilCollected[T any](ctx context.Context, result T) T {
	if l := leaseFor(ctx, result); l != nil {
		l.hold(result)
		l.loose++
	}
	return result
}

// KeepAs is for generated code. It is [Keep] for a result that wrap can put into something
// that releases the [Hold] when it is closed. That ends the context. KeepAs does not call
// wrap if there is nothing to hold.
func KeepAs[T any](ctx context.Context, result T, wrap func(T, *Hold) T) T {
	if l := leaseFor(ctx, result); l != nil {
		h := l.hold(result)
		h.of = result
		return wrap(result, h)
	}
	return result
}

// KeepField is for generated code. It is [KeepReadCloser] for the reader in a field of the
// result, as in the output of S3's GetObject.
func KeepField[T any](ctx context.Context, result *T, field func(*T) *io.ReadCloser) *T {
	if l := leaseFor(ctx, result); l != nil {
		if reader := field(result); *reader != nil {
			*reader = KeepReadCloser(ctx, *reader)
		}
	}
	return result
}

// A Hold is for generated code. It keeps the context of an attempt alive for one of its
// results.
type Hold struct {
	lease    *lease
	of       any // the result, if generated code has put something around it
	released atomic.Bool
}

// Release lets the context end, unless another result holds it. A second Release does
// nothing.
func (h *Hold) Release() {
	if !h.released.Swap(true) {
		h.lease.drop()
	}
}

// ReleaseAtEOF is for generated code. It is [Hold.Release] if err, which the result has
// returned, is io.EOF.
func (h *Hold) ReleaseAtEOF(err error) {
	if errors.Is(err, io.EOF) {
		h.Release()
	}
}

// Original is for generated code. If param is a value that generated code has put around a
// result, it returns that result, otherwise param. A library expects its own transaction
// back, not one that looks like it.
func Original[T any](param T) T {
	for {
		kept, ok := any(param).(interface{ RetryHold() *Hold })
		if !ok {
			return param
		}
		original, ok := kept.RetryHold().of.(T)
		if !ok {
			return param
		}
		param = original
	}
}

// leaseFor returns the lease of an attempt, if it has one and there is a result.
func leaseFor(ctx context.Context, result any) *lease {
	l, _ := ctx.(*lease)
	if l == nil || isNil(result) {
		return nil
	}
	return l
}

// isNil reports whether there is no result: a nil, or a struct that nobody has filled.
func isNil(result any) bool {
	switch v := reflect.ValueOf(result); v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Chan, reflect.Func, reflect.Map, reflect.Slice:
		return v.IsNil()
	case reflect.Struct, reflect.Array:
		return v.IsZero() // as it stands beside an error
	}
	return false
}

// apart returns the caller's context for a method whose results may still use it. That
// context may be the lease of a wrapper above, which is for the results of that wrapper;
// apart hides it, so that the results of this method do not hold it.
func (m *methodFacts) apart(ctx context.Context) context.Context {
	if m.spec.Lends {
		if l, ok := ctx.(*lease); ok {
			return apart{l}
		}
	}
	return ctx
}

type apart struct{ *lease }

// hold returns a new Hold for a result. The lease closes the result if the caller does not
// get it.
func (l *lease) hold(result any) *Hold {
	l.holds.Add(1)
	l.closes = append(l.closes, result)
	return &Hold{lease: l}
}
