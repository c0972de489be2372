package retry

import (
	"context"
	"time"
)

// A FallbackCall is for generated code. It is a call of a method with a fallback, whose hooks
// cover both. It is nil if no hook wants to know, and all its methods can be called then.
//
// It is the context of the call: with the values of the one that CallStart has returned, and
// the end of the caller's.
type FallbackCall struct {
	context.Context                 // the caller's
	handed          context.Context // what CallStart returned, or the caller's
	facts           *methodFacts
	began           time.Duration
	event           CallEvent // of the call without the fallback
	over            bool      // the fallback has returned
	told            bool      // CallDone has been called
}

// Begin is for generated code. It begins a call of a method with a fallback. It returns the
// context for the call and for the fallback.
func (m *Method) Begin(ctx context.Context) (context.Context, *FallbackCall) {
	if !m.observer.spans {
		return ctx, nil
	}
	return m.beginFallbackCall(ctx)
}

func (m *Method) beginFallbackCall(ctx context.Context) (context.Context, *FallbackCall) {
	if ctx == nil || m.plan.Load().off {
		return ctx, nil
	}
	f := &FallbackCall{Context: ctx, facts: m.methodFacts}
	if m.observer.timed {
		f.began = clock()
	}
	if f.handed = m.observer.callStart(ctx); f.handed == nil {
		f.handed = ctx
	}
	return f, f
}

// Value returns the value of the context that CallStart has returned.
func (f *FallbackCall) Value(key any) any { return f.handed.Value(key) }

// fallbackCall returns what the call with the context ctx is part of, or nil.
func (m *methodFacts) fallbackCall(ctx context.Context) *FallbackCall {
	if !m.observer.spans {
		return nil
	}
	if l, ok := ctx.(*layer); ok { // the call may not be repeated
		ctx = l.Context
	}
	if f, ok := ctx.(*FallbackCall); ok && f.facts == m {
		return f
	}
	return nil
}

// callDone takes the event of the call. Without a fallback to come, which over says, it is
// that of the whole.
func (f *FallbackCall) callDone(e CallEvent, over bool) {
	f.event = e
	if !over {
		f.tell()
	}
}

// fallsBack notes whether the fallback takes over.
func (f *FallbackCall) fallsBack(falls bool) {
	if f == nil {
		return
	}
	if !falls {
		f.tell()
		return
	}
	f.event.FallbackUsed = true
	if hook := f.facts.observer.hooks.Fallback; hook != nil {
		e := &f.event
		hook(f.handed, FallbackEvent{Method: e.Method, Instance: e.Instance, Outcome: e.Outcome, Class: e.Class, Err: e.Err})
	}
}

// Ends reports whether the call ends without its fallback.
func (f *FallbackCall) Ends(ends bool) bool {
	if ends && f != nil {
		f.tell()
	}
	return ends
}

// Error is [FallbackError], and notes that the fallback has returned.
func (f *FallbackCall) Error(fallback, call error) error {
	err := FallbackError(fallback, call)
	if f != nil {
		f.over, f.event.Err = true, err
	}
	return err
}

// Close ends a call whose fallback has taken over. It is deferred.
func (f *FallbackCall) Close() {
	if f == nil || f.told {
		return
	}
	if !f.over {
		f.event.Outcome, f.event.Err = OutcomePanic, nil
	}
	if f.facts.observer.timed {
		f.event.Duration = clock() - f.began
	}
	f.tell()
}

func (f *FallbackCall) tell() {
	f.told = true
	if hook := f.facts.observer.hooks.CallDone; hook != nil {
		hook(f.handed, f.event)
	}
}
