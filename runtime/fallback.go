package retry

import (
	"context"
	"errors"
)

// FallsBack reports whether to call the fallback of a method: if the call has failed, and
// its caller has not cancelled it.
func (m *Method) FallsBack(ctx context.Context, err error) bool {
	return err != nil && !m.plan.Load().off && !errors.Is(ctx.Err(), context.Canceled)
}

// FallbackError is for generated code. It returns the error of a call whose fallback was
// called: nil if the fallback returned nil. Otherwise it joins both errors, unless that of
// the fallback wraps that of the call already.
func FallbackError(fallback, call error) error {
	if fallback == nil || errors.Is(fallback, call) {
		return fallback
	}
	return errors.Join(fallback, call)
}
