package retry

import (
	"context"
	"errors"
)

// FallsBack reports whether the fallback of a method is to be called: when the call
// has failed for good, and not because its caller has cancelled it. Generated code
// calls it.
func (m *Method) FallsBack(ctx context.Context, err error) bool {
	return err != nil && !m.plan.Load().off && !errors.Is(ctx.Err(), context.Canceled)
}

// FallbackError returns the error of a call whose fallback has been called: nil
// when that has none, and else its own joined with the error of the call, unless it
// has that in it already.
func FallbackError(fallback, call error) error {
	if fallback == nil || errors.Is(fallback, call) {
		return fallback
	}
	return errors.Join(fallback, call)
}
