package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// JoinHooks returns Hooks that call those of each argument: one for metrics and one for
// traces, say. A func that is nil in all of them stays nil, so it costs nothing.
//
// CallStart and AttemptStart are called in order, each with the context that the one before
// it returned. CallDone and AttemptDone are called in reverse, each with the context that the
// Start of the same Hooks returned, and all of them even if one panics. The other funcs are
// called in order; if one panics, those after it are not called.
func JoinHooks(hooks ...Hooks) Hooks {
	joined := Hooks{
		Wrapped:      joinFuncs(hooks, func(h *Hooks) func(context.Context, WrapperInfo) { return withoutContext(h.Wrapped) }).bare(),
		Retry:        joinFuncs(hooks, func(h *Hooks) func(context.Context, RetryEvent) { return h.Retry }),
		GiveUp:       joinFuncs(hooks, func(h *Hooks) func(context.Context, GiveUpEvent) { return h.GiveUp }),
		HedgeStarted: joinFuncs(hooks, func(h *Hooks) func(context.Context, HedgeEvent) { return h.HedgeStarted }),
		LimitRefused: joinFuncs(hooks, func(h *Hooks) func(context.Context, LimitEvent) { return h.LimitRefused }),
		Fallback:     joinFuncs(hooks, func(h *Hooks) func(context.Context, FallbackEvent) { return h.Fallback }),
		Disturbed:    joinFuncs(hooks, func(h *Hooks) func(context.Context, ChaosEvent) { return h.Disturbed }),
		BreakerChange: joinFuncs(hooks, func(h *Hooks) func(context.Context, breaker.Change) {
			return withoutContext(h.BreakerChange)
		}).bare(),
	}
	joined.CallStart, joined.CallDone = joinPairs(hooks, func(h *Hooks) pair[CallStartEvent, CallEvent] {
		return pair[CallStartEvent, CallEvent]{h.CallStart, h.CallDone}
	}, func(e CallStartEvent) CallEvent {
		return CallEvent{Method: e.Method, Instance: e.Instance, Start: time.Now(), Outcome: OutcomePanic}
	})
	joined.AttemptStart, joined.AttemptDone = joinPairs(hooks, func(h *Hooks) pair[AttemptStartEvent, AttemptEvent] {
		return pair[AttemptStartEvent, AttemptEvent]{h.AttemptStart, h.AttemptDone}
	}, func(e AttemptStartEvent) AttemptEvent {
		return AttemptEvent{
			Method: e.Method, Instance: e.Instance, Attempt: e.Attempt, Copy: e.Copy, Start: time.Now(), Ruling: RulingPanic,
		}
	})
	return joined
}

// A hook is a func of Hooks.
type hook[E any] func(context.Context, E)

// joinFuncs joins one func of all hooks. Nil: none of them has it.
func joinFuncs[E any](hooks []Hooks, of func(*Hooks) func(context.Context, E)) hook[E] {
	var funcs []func(context.Context, E)
	for i := range hooks {
		if f := of(&hooks[i]); f != nil {
			funcs = append(funcs, f)
		}
	}
	switch len(funcs) {
	case 0:
		return nil
	case 1:
		return funcs[0]
	}
	return func(ctx context.Context, e E) {
		for _, f := range funcs {
			f(ctx, e)
		}
	}
}

// withoutContext makes a func that ignores a context.
func withoutContext[E any](f func(E)) func(context.Context, E) {
	if f == nil {
		return nil
	}
	return func(_ context.Context, e E) { f(e) }
}

// bare is the hook without its context.
func (h hook[E]) bare() func(E) {
	if h == nil {
		return nil
	}
	return func(e E) { h(context.Background(), e) }
}

// A pair is a Start and its Done. Either may be nil.
type pair[S, D any] struct {
	start func(context.Context, S) context.Context
	done  func(context.Context, D)
}

// begin calls Start, and returns the context for what follows and for Done.
func (p *pair[S, D]) begin(ctx context.Context, e S) context.Context {
	if p.start != nil {
		if given := p.start(ctx, e); given != nil {
			return given
		}
	}
	return ctx
}

// joinPairs joins one pair of all hooks. Abandoned makes the event of a Done that is due
// because the Start of later hooks has panicked.
func joinPairs[S, D any](hooks []Hooks, of func(*Hooks) pair[S, D], abandoned func(S) D) (
	start func(context.Context, S) context.Context, done func(context.Context, D),
) {
	var pairs []pair[S, D]
	starts, dones := false, false
	for i := range hooks {
		if p := of(&hooks[i]); p.start != nil || p.done != nil {
			pairs = append(pairs, p)
			starts, dones = starts || p.start != nil, dones || p.done != nil
		}
	}
	if len(pairs) == 1 {
		return pairs[0].start, pairs[0].done
	}
	if starts {
		start = func(ctx context.Context, e S) context.Context { return startInTurn(pairs, ctx, e, abandoned) }
	}
	if dones {
		done = func(ctx context.Context, e D) {
			joined, _ := ctx.(*joinedContext)
			doneInReverse(pairs, joined, ctx, e)
		}
	}
	return start, done
}

// startInTurn calls the Starts of the pairs.
func startInTurn[S, D any](pairs []pair[S, D], ctx context.Context, e S, abandoned func(S) D) context.Context {
	joined := &joinedContext{given: make([]context.Context, 0, len(pairs))}
	defer func() {
		if joined.Context == nil { // a Start has left by panic or Goexit
			doneInReverse(pairs[:len(joined.given)], joined, ctx, abandoned(e))
		}
	}()
	for i := range pairs {
		ctx = pairs[i].begin(ctx, e)
		joined.given = append(joined.given, ctx)
	}
	joined.Context = ctx
	return joined
}

// doneInReverse calls the Dones of the pairs, the last one first and all of them. It is a
// recursion because a defer in a loop allocates. Joined is nil if there were no Starts.
func doneInReverse[S, D any](pairs []pair[S, D], joined *joinedContext, ctx context.Context, e D) {
	last := len(pairs) - 1
	if last < 0 {
		return
	}
	defer doneInReverse(pairs[:last], joined, ctx, e)
	if joined != nil {
		ctx = joined.given[last]
	}
	if done := pairs[last].done; done != nil {
		done(ctx, e)
	}
}

// A joinedContext is the context that the last of several Starts has returned. It remembers
// those of the others for their Dones.
type joinedContext struct {
	context.Context
	given []context.Context
}
