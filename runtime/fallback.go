package retry

import (
	"context"
	"errors"
)

// FallsBack is for generated code. It reports whether to call the fallback of a method: if
// the call has failed, unless its caller has cancelled it, or the dependency works and said
// no ([OutcomeAnswer]). The rest of the call belongs to f, which comes from [Method.Begin].
func (m *Method) FallsBack(ctx context.Context, f *FallbackCall, err error) bool {
	if err == nil && f == nil {
		return false
	}
	return m.decideFallback(ctx, f, err)
}

func (m *Method) decideFallback(ctx context.Context, f *FallbackCall, err error) bool {
	decided := false
	defer func() {
		if !decided { // a predicate or a hook has left by panic or Goexit
			f.Close()
		}
	}()
	p := m.plan.Load()
	falls := m.fallsBack(ctx, p, err)
	if falls {
		p.counts.fallback()
	}
	f.fallsBack(falls)
	decided = true
	return falls
}

func (m *Method) fallsBack(ctx context.Context, p *plan, err error) bool {
	if err == nil || p.off || errors.Is(ctx.Err(), context.Canceled) {
		return false
	}
	if e, ok := err.(*Error); ok && e != nil && e.Method == m.name {
		return true // the call was given up, and its last error may be an answer that on lists
	}
	return m.judge(p, false, err).ruling != answer
}

// FallbackError is for generated code. It returns the error of a call whose fallback was
// called: nil if the fallback returned nil. Otherwise it joins both errors, unless that of
// the fallback wraps that of the call already. A wrapper further up goes by the error of
// the call.
func FallbackError(fallback, call error) error {
	if fallback == nil || contains(fallback, call) {
		return fallback
	}
	return &fallbackError{fallback, call}
}

// A fallbackError is the error of a call that has failed, and whose fallback has, too.
type fallbackError struct{ fallback, call error }

func (e *fallbackError) Error() string   { return e.fallback.Error() + "\n" + e.call.Error() }
func (e *fallbackError) Unwrap() []error { return []error{e.fallback, e.call} }
