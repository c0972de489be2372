package retry

import (
	"context"

	"github.com/retrygen/retrygen/breaker"
)

// Hooks are functions that a wrapper calls with what its calls do, for metrics and
// traces. Each may be nil, which costs nothing. They run outside any lock, and on the
// goroutine of the call unless they say otherwise. A panic in one reaches the caller and
// loses no permit, no token and no place under a limit.
//
// Every CallStart that returns has exactly one CallDone, and every AttemptStart exactly one
// AttemptDone, even if the method leaves by panic or runtime.Goexit. A call that begins while
// its [Group] is switched off calls no hook.
type Hooks struct {
	// Wrapped is called once for each wrapper and each [Func], when it has been made. A panic
	// goes on in the constructor.
	Wrapped func(WrapperInfo)

	// CallStart is called before everything else that a call does: before the total timeout
	// begins, and outside the fallback. The call goes on with the context that it returns, or
	// with its own for nil. If that context is not made from the one that CallStart got, the
	// method gets it nevertheless, with the timeouts of the policy; but the call still ends
	// with its caller's context.
	CallStart func(context.Context, CallStartEvent) context.Context

	// CallDone is called after every call, with the context that CallStart returned. It costs
	// two clock reads for each call; the attempt of a call that succeeds at once shares them
	// with AttemptDone.
	CallDone func(context.Context, CallEvent)

	// AttemptStart is called before every attempt, and before every copy that a hedge starts.
	// The attempt goes on with the context that it returns, as the call does after CallStart.
	AttemptStart func(context.Context, AttemptStartEvent) context.Context

	// AttemptDone is called after every attempt and every copy, with the context that
	// AttemptStart returned. It costs two clock reads for each attempt. The call does not wait
	// for a copy that has lost, so that one is reported on the goroutine of the copy when its
	// method returns, which may be after CallDone. A panic there ends the program.
	AttemptDone func(context.Context, AttemptEvent)

	// Retry is called when a retry begins, after its wait.
	Retry func(context.Context, RetryEvent)

	// GiveUp is called after every call that fails because no further attempt is left or
	// allowed, and after one that ends with OutcomeFault. It is not called after other
	// errors that are not retried, or when the caller has cancelled.
	GiveUp func(context.Context, GiveUpEvent)

	// HedgeStarted is called when a copy of an attempt has started.
	HedgeStarted func(context.Context, HedgeEvent)

	// LimitRefused is called when a limit has refused an attempt. GiveUp is called for
	// the call as well.
	LimitRefused func(context.Context, LimitEvent)

	// Fallback is called when a call has failed for good and its fallback begins.
	Fallback func(context.Context, FallbackEvent)

	// Disturbed is called when [Chaos] disturbs an attempt or a copy of one, with the context of
	// the attempt, on the goroutine that runs it.
	Disturbed func(context.Context, ChaosEvent)

	// BreakerChange is called when a breaker of the wrapper changes its state. If
	// wrappers share a Group, only the hook of the wrapper that set the breaker is
	// called.
	BreakerChange func(breaker.Change)
}

// A WrapperInfo describes a wrapper or a [Func] that has been made.
type WrapperInfo struct {
	Name     string   // of the interface, "PaymentClient", or of the Func
	Instance string   // Options.Name, or Group.Name if that is empty
	Group    *Group   // that guards its calls; its Snapshot has the numbers
	Methods  []string // those with a policy, "PaymentClient.Charge"
}
