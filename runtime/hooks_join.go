package retry

import (
	"context"

	"github.com/retrygen/retrygen/breaker"
)

// JoinHooks returns Hooks that call those of each argument in turn: one for metrics and
// one for traces, say. A func that is nil in all of them stays nil, so it costs nothing.
// If one panics, those after it are not called.
func JoinHooks(hooks ...Hooks) Hooks {
	return Hooks{
		CallDone:      joinFuncs(hooks, func(h *Hooks) func(context.Context, CallEvent) { return h.CallDone }),
		AttemptDone:   joinFuncs(hooks, func(h *Hooks) func(context.Context, AttemptEvent) { return h.AttemptDone }),
		Retry:         joinFuncs(hooks, func(h *Hooks) func(context.Context, RetryEvent) { return h.Retry }),
		GiveUp:        joinFuncs(hooks, func(h *Hooks) func(context.Context, GiveUpEvent) { return h.GiveUp }),
		HedgeStarted:  joinFuncs(hooks, func(h *Hooks) func(context.Context, HedgeEvent) { return h.HedgeStarted }),
		LimitRefused:  joinFuncs(hooks, func(h *Hooks) func(context.Context, LimitEvent) { return h.LimitRefused }),
		BreakerChange: joinListeners(hooks),
	}
}

// joinFuncs joins one func of all hooks. Nil: none of them has it.
func joinFuncs[E any](hooks []Hooks, of func(*Hooks) func(context.Context, E)) func(context.Context, E) {
	var funcs []func(context.Context, E)
	for i := range hooks {
		if f := of(&hooks[i]); f != nil {
			funcs = append(funcs, f)
		}
	}
	if funcs == nil {
		return nil
	}
	return func(ctx context.Context, e E) {
		for _, f := range funcs {
			f(ctx, e)
		}
	}
}

func joinListeners(hooks []Hooks) func(breaker.Change) {
	listener := joinFuncs(hooks, func(h *Hooks) func(context.Context, breaker.Change) {
		told := h.BreakerChange
		if told == nil {
			return nil
		}
		return func(_ context.Context, c breaker.Change) { told(c) }
	})
	if listener == nil {
		return nil
	}
	return func(c breaker.Change) { listener(context.Background(), c) }
}
