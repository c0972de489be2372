package retry

import (
	"context"
	"crypto/rand"
)

// Attempt returns the number of the attempt that ctx was handed to: 1 in the
// first attempt and outside of any, 2 in the first retry. Where wrappers are
// nested it is the number of the nearest one that retries.
func Attempt(ctx context.Context) int {
	if l := layerOf(ctx); l != nil {
		return int(l.attempt)
	}
	return 1
}

// Detach returns a context for work that outlives the call it was started in:
// Attempt is 1 again, and wrappers below make all the attempts of their
// policies. Deadline, cancellation, the idempotency key and other values stay
// as they are; use it together with context.WithoutCancel to leave the call's
// deadline behind too.
func Detach(ctx context.Context) context.Context {
	if layerOf(ctx) == nil {
		return ctx
	}
	return &layer{Context: ctx, attempt: 1}
}

// WithoutRetry returns a context under which a call makes one attempt and no copies
// of it, whatever its policy says; its timeouts and its breaker act as always.
func WithoutRetry(ctx context.Context) context.Context {
	return &layer{Context: ctx, attempt: int32(Attempt(ctx)), single: true, strict: true}
}

// WithRetriesOf is for package httpretry: it returns ctx with the attempt number of
// outer, and under it calls may retry as they may under outer. So it takes back a
// WithoutRetry that was meant for one call, and not for the calls inside its attempt.
func WithRetriesOf(ctx, outer context.Context) context.Context {
	l := layerOf(outer)
	switch {
	case l == layerOf(ctx):
		return ctx
	case l == nil:
		return &layer{Context: ctx, attempt: 1}
	}
	return &layer{Context: ctx, attempt: l.attempt, single: l.single, strict: l.strict}
}

// A layer is the context of a retry: it tells the wrappers below that one above
// them is already repeating the call.
type layer struct {
	context.Context
	attempt int32 // of the wrapper that made this context
	single  bool  // wrappers below make one attempt, unless they wait for a result that is not good yet
	strict  bool  // nor do they wait for that
}

type layerKey struct{}

// Value returns the layer itself for its own key. A context.WithValue would cost
// two allocations where this costs one.
func (l *layer) Value(key any) any {
	if key == (layerKey{}) {
		return l
	}
	return l.Context.Value(key)
}

func layerOf(ctx context.Context) *layer {
	l, _ := ctx.Value(layerKey{}).(*layer)
	return l
}

type idempotencyKey struct{}

// IdempotencyKey returns the key under which the server should take the call
// once, however often it arrives: the same in all attempts of a call to a method
// with //retry:idempotency-key, or what WithIdempotencyKey has set. It is ""
// where there is none.
func IdempotencyKey(ctx context.Context) string {
	key, _ := ctx.Value(idempotencyKey{}).(string)
	return key
}

// WithIdempotencyKey sets the key that the calls made with the returned context
// take instead of a random one. A key set by a wrapper further up is taken as
// well, so that its retries stay one request for the server; a method that makes
// several such calls of its own gives each one its key.
func WithIdempotencyKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, key)
}

// withKey returns ctx with a random key of at least 128 bits, unless it has one.
func withKey(ctx context.Context) context.Context {
	if IdempotencyKey(ctx) != "" {
		return ctx
	}
	return WithIdempotencyKey(ctx, rand.Text())
}
