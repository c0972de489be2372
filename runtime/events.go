package retry

import "time"

// A CallStartEvent is a call that begins.
type CallStartEvent struct {
	Method   string // "PaymentClient.Charge"
	Instance string // Options.Name, or Group.Name if that is empty
}

// A CallEvent is a call that has ended.
type CallEvent struct {
	Method   string // "PaymentClient.Charge"
	Instance string // Options.Name, or Group.Name if that is empty
	Attempts int    // without copies; zero when the call was refused before the first
	Copies   int    // that hedges have started
	Start    time.Time
	Duration time.Duration // with all attempts, waits and the fallback
	Waited   time.Duration // the part of Duration in which no attempt was under way
	Outcome  Outcome
	Class    Class // of the last error; ClassUnclassified after a success, and without an attempt

	// FallbackUsed says that the fallback has taken over. Outcome and Class are still those of
	// the call, and Err is that of the fallback.
	FallbackUsed bool

	Err error // what the caller gets, or nothing but results with error-in; nil after a success or a panic
}

// An AttemptStartEvent is an attempt, or a copy of one, that begins.
type AttemptStartEvent struct {
	Method   string
	Instance string
	Attempt  int // 1 first
	Copy     int // 0 is the attempt itself
}

// An AttemptEvent is an attempt, or a copy of one, that has ended.
type AttemptEvent struct {
	Method   string
	Instance string
	Attempt  int // 1 first
	Copy     int // 0 is the attempt itself
	Start    time.Time
	Duration time.Duration
	Ruling   Ruling
	Class    Class // of Err; ClassUnclassified for nil
	Err      error // what the method returned, or its error-in found in the results
}

// A RetryEvent is a retry that begins.
type RetryEvent struct {
	Method   string
	Instance string
	Attempt  int           // 2 for the first retry
	Delay    time.Duration // that was waited before it
	Class    Class         // of Err
	Err      error         // of the attempt before
}

// A GiveUpEvent is a call that has failed for good.
type GiveUpEvent struct {
	Method   string
	Instance string
	Attempts int           // zero when the call was refused before the first
	Elapsed  time.Duration // since the first attempt failed
	Outcome  Outcome
	Class    Class // of the last error of an attempt
	Err      error // what the caller gets, or nothing but results with error-in
}

// A HedgeEvent is a copy of an attempt that has been started.
type HedgeEvent struct {
	Method   string
	Instance string
	Attempt  int // that has not answered
	Copy     int // 1 first
}

// A LimitEvent is an attempt that a limit has refused.
type LimitEvent struct {
	Method   string
	Instance string
	Attempt  int   // that was not made; 1 for the first
	Err      error // a *LimitError
}

// A FallbackEvent is a fallback that begins, because a call has failed.
type FallbackEvent struct {
	Method   string
	Instance string
	Outcome  Outcome // of the call
	Class    Class   // of the last error of an attempt
	Err      error   // of the call
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
	OutcomePanic      Outcome = "panic"       // the method, a predicate, a hook or the fallback left by panic or runtime.Goexit
)

// A Ruling says what an attempt means for its call, in words that fit a label of a metric.
type Ruling string

const (
	RulingSuccess   Ruling = "success"   // the method returned no error
	RulingRetry     Ruling = "retry"     // it failed in a way that is worth another attempt, whether or not there is one
	RulingNotYet    Ruling = "not-yet"   // it returned a result that is not good yet
	RulingAnswer    Ruling = "answer"    // the dependency works and said no; see ClassAnswer
	RulingFault     Ruling = "fault"     // the dependency is broken, and repeating is unsafe or useless; see ClassFault
	RulingFinal     Ruling = "final"     // another error that is not to be retried
	RulingCancelled Ruling = "cancelled" // the caller's context was cancelled
	RulingDeadline  Ruling = "deadline"  // the total timeout or the caller's deadline passed
	RulingLost      Ruling = "lost"      // the call had ended, or another copy had won, before the method returned or left
	RulingPanic     Ruling = "panic"     // the method or a predicate left by panic or runtime.Goexit
)

// rulings are the names of all that can become of an attempt whose method has returned.
var rulings = [...]Ruling{
	succeeded: RulingSuccess, worthARetry: RulingRetry, notYet: RulingNotYet, answer: RulingAnswer, fault: RulingFault,
	final: RulingFinal, cancelled: RulingCancelled, outOfTime: RulingDeadline,
}
