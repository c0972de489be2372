package retry

import (
	"context"
	"crypto/rand"
)

// Attempt returns the number of the attempt that has the context ctx: 1 in the first
// attempt and outside of any, 2 in the first retry. If wrappers are nested, it is the
// number of the nearest one that retries.
func Attempt(ctx context.Context) int {
	if l := layerOf(ctx); l != nil {
		return int(l.attempt)
	}
	return 1
}

// Copy returns the number of the copy that has the context ctx: 0 in an attempt itself and
// outside of any, 1 in the first copy that a hedge starts beside the attempt. A method can
// use it to send a copy to another server than the attempt. If wrappers are nested, it is
// the number of the nearest one whose policy has a hedge.
func Copy(ctx context.Context) int {
	n, _ := valueOf(ctx, copyKey{}).(int)
	return n
}

type copyKey struct{}

// numbered returns ctx with the number of a copy.
func numbered(ctx context.Context, number int) context.Context {
	if Copy(ctx) == number {
		return ctx
	}
	return context.WithValue(ctx, copyKey{}, number)
}

// Detach returns a context for work that outlives the call that started it. Attempt is 1
// and Copy is 0 again, and the wrappers below make all attempts of their policies. The
// deadline, the cancellation, the idempotency key and other values stay as they are. Use
// context.WithoutCancel as well to drop the deadline of the call.
func Detach(ctx context.Context) context.Context {
	ctx = numbered(ctx, 0)
	if layerOf(ctx) == nil {
		return ctx
	}
	return &layer{Context: ctx, attempt: 1}
}

// WithoutRetry returns a context under which a call makes one attempt and no copies of it,
// whatever its policy says. Timeouts, breaker and limit act as always.
func WithoutRetry(ctx context.Context) context.Context {
	return &layer{Context: ctx, attempt: int32(Attempt(ctx)), single: true, strict: true}
}

// WithSafeRetries is for package httpretry. It returns a context under which a call repeats
// an attempt only if that cannot do harm: after an error of ClassUnsent or ClassThrottled,
// after one that the method's on lists, or to poll. With an idempotency key the call may
// repeat any attempt. Without one it makes no copies of an attempt either.
func WithSafeRetries(ctx context.Context) context.Context {
	safe := &layer{Context: ctx, attempt: 1, safe: true}
	if l := layerOf(ctx); l != nil {
		safe.attempt, safe.single, safe.strict = l.attempt, l.single, l.strict
	}
	return safe
}

// WithRetriesOf is for package httpretry. It takes back a WithoutRetry or a WithSafeRetries
// that was meant for one call, and not for the calls inside its attempt. Ctx is the context
// of the attempt. Outer is the one that the call had before it was restricted.
func WithRetriesOf(ctx, outer context.Context) context.Context {
	now := layerOf(ctx)
	if now == nil || !now.strict && !now.safe {
		return ctx // the attempt is a retry, and its context says what holds below it
	}
	l := layerOf(outer)
	switch {
	case l == now:
		return ctx
	case ctx == context.Context(now): // nothing lies above the restriction
		return now.Context
	case l == nil:
		return &layer{Context: ctx, attempt: 1}
	}
	return &layer{Context: ctx, attempt: l.attempt, single: l.single, strict: l.strict, safe: l.safe}
}

// A layer is the context of a retry. It tells the wrappers below that one above them is
// already repeating the call.
type layer struct {
	context.Context
	attempt int32 // of the wrapper that made this context
	single  bool  // wrappers below make one attempt, but may poll
	strict  bool  // they may not poll either
	safe    bool  // they repeat only what can do no harm; see WithSafeRetries
}

type layerKey struct{}

// Value returns the layer for its own key. A context.WithValue would cost two allocations,
// and this costs one.
func (l *layer) Value(key any) any {
	if key == (layerKey{}) {
		return l
	}
	return l.Context.Value(key)
}

func layerOf(ctx context.Context) *layer {
	l, _ := valueOf(ctx, layerKey{}).(*layer)
	return l
}

// valueOf is ctx.Value. It panics for a caller who gives a nil context.
func valueOf(ctx context.Context, key any) any {
	if ctx == nil {
		panic("retry: nil context")
	}
	return ctx.Value(key)
}

type idempotencyKey struct{}

// IdempotencyKey returns the key with which the server can recognise a call that arrives
// more than once. It is the same in all attempts of a call of a method with
// //retry:idempotency-key, or what [WithIdempotencyKey] has set. It is "" if there is
// none.
func IdempotencyKey(ctx context.Context) string {
	key, _ := valueOf(ctx, idempotencyKey{}).(string)
	return key
}

// WithIdempotencyKey returns a context whose calls use the key instead of a random one. A
// call also uses the key of a wrapper above it, so that the retries of that wrapper stay
// one request for the server. So a method that makes several such calls must give each of
// them a key.
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
