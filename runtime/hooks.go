package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// Hooks are functions that a wrapper calls with what its calls do, for metrics and
// traces. Each may be nil, which costs nothing. They run on the goroutine of the call,
// outside any lock. A panic in one reaches the caller and loses no permit and no token.
type Hooks struct {
	// CallDone is called after every call. It costs two clock reads for each call; the
	// attempt of a call that succeeds at once shares them with AttemptDone.
	CallDone func(context.Context, CallEvent)

	// AttemptDone is called after every attempt whose method has returned, and after the
	// copies of a hedge for whose answer the call has waited. It costs two clock reads
	// for each attempt.
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

	// BreakerChange is called when a breaker of the wrapper changes its state. If
	// wrappers share a Group, only the hook of the wrapper that set the breaker is
	// called.
	BreakerChange func(breaker.Change)
}

// An Outcome says how a call ended, in words that fit a label of a metric.
type Outcome string

const (
	OutcomeSuccess    Outcome = "success"     // the method returned no error
	OutcomeAnswer     Outcome = "answer"      // the dependency works and said no; see ClassAnswer
	OutcomeFault      Outcome = "fault"       // the dependency is broken, and repeating is unsafe or useless; see ClassFault
	OutcomeFinal      Outcome = "final"       // another error that is not to be retried
	OutcomeCancelled  Outcome = "cancelled"   // the caller's context was cancelled
	OutcomeExhausted  Outcome = "exhausted"   // the last attempt failed
	OutcomeDeadline   Outcome = "deadline"    // no time is left
	OutcomeBudget     Outcome = "budget"      // the retry budget is spent
	OutcomeRetryAfter Outcome = "retry-after" // the server asks for too long a wait
	OutcomeOpen       Outcome = "open"        // the breaker refused
	OutcomeLimited    Outcome = "limited"     // a limit refused
	OutcomePanic      Outcome = "panic"       // the method, a predicate or a hook left by panic or runtime.Goexit
)

// A CallEvent is a call that has ended.
type CallEvent struct {
	Method   string        // "PaymentClient.Charge"
	Attempts int           // zero when the call was refused before the first
	Duration time.Duration // with all its attempts and waits
	Outcome  Outcome
	Err      error // what the caller gets, or nothing but results with error-in; nil after a success or a panic
}

// An AttemptEvent is an attempt that has ended.
type AttemptEvent struct {
	Method   string
	Attempt  int // 1 first
	Duration time.Duration
	Err      error // what the method returned, or its error-in found in the results
}

// A RetryEvent is a retry that begins.
type RetryEvent struct {
	Method  string
	Attempt int           // 2 for the first retry
	Delay   time.Duration // that was waited before it
	Err     error         // of the attempt before
}

// A GiveUpEvent is a call that has failed for good.
type GiveUpEvent struct {
	Method   string
	Attempts int           // zero when the call was refused before the first
	Elapsed  time.Duration // since the first attempt failed
	Outcome  Outcome
	Err      error // what the caller gets, or nothing but results with error-in
}

// A LimitEvent is an attempt that a limit has refused.
type LimitEvent struct {
	Method  string
	Attempt int   // that was not made; 1 for the first
	Err     error // a *LimitError
}

// A HedgeEvent is a copy of an attempt that has been started.
type HedgeEvent struct {
	Method  string
	Attempt int // that has not answered
	Copy    int // 1 first
}
