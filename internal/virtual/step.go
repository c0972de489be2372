package virtual

import "time"

// A Crowd makes callers with one policy.
type Crowd interface {
	// NewCaller returns a process of the crowd, with a breaker, a budget and a limit of its
	// own.
	NewCaller() Caller

	// NewTellingCaller returns one that calls changed after each change of its breaker. It is
	// called inside a method of a Call or of the Breaker, so it must not call one itself. The
	// Crowd must not be keyed.
	NewTellingCaller(changed func(Change)) Caller
}

// NewCrowd returns a Crowd for the calls of a method of that name. Policy is a
// policy.Policy, which this package cannot name. Keyed says that calls have a key, and the
// breaker is one for each key. Package runtime sets NewCrowd.
var NewCrowd func(name string, policy any, keyed bool) Crowd

// A Caller is a process that calls the method.
type Caller interface {
	// Begin begins a call at World.Time. Id is what World.Wake gets. Key matters to a keyed
	// Crowd only. Deadline is the World.Time at which the context of the caller ends, and
	// zero for none.
	Begin(id int, key uint64, deadline time.Duration) Call

	// Guards returns the state of the guards of the process.
	Guards() Guards

	// Breaker returns the breaker of the process. It is nil without one, and in a keyed Crowd.
	Breaker() Breaker
}

// A Breaker is the breaker of a simulated process, for what other processes say about it.
type Breaker interface {
	OpenFor(d time.Duration) bool
	CloseRemote() bool
	Look() Look
}

// A Look is the state of a Breaker.
type Look struct {
	State     uint8 // a breaker.State
	Remote    bool  // OpenFor has opened it
	Left      time.Duration
	Pressure  float64
	Longest   time.Duration // OpenFor opens it for this long at most
	Cooldown  time.Duration // of a first opening
	LastBegan time.Duration // the World.Time at which the last call of the process began; zero before the first
}

// A Change is a change of a Breaker.
type Change struct {
	From, To uint8 // a breaker.State
	Cooldown time.Duration
	Remote   bool // by OpenFor or CloseRemote
}

// A Guards is the state of the guards of a process. What a policy does not have is zero.
type Guards struct {
	Breaker string  // "closed", "open" or "half-open"; in a keyed Crowd, of the one for keys without room
	Opened  int64   // how often that breaker has opened
	Refused int64   // attempts that the breaker, or those of all keys, have refused
	Open    int     // keys whose breaker is open
	Tokens  float64 // in the budget
	Active  int     // attempts with a place under the limit
	Waiting int     // attempts that wait for one
}

// A Call is a simulated call. It is used again after Next has returned Done, so it must not
// be touched from then on.
type Call interface {
	// Next says what to do now.
	Next() Step

	// Returned says that the attempt (0) or a copy of it has returned at World.Time. It must
	// not be called for copies that Step.Cancel has named, nor after Done.
	Returned(copy int, err error)

	// Timer says that the time of Step.At has come. It does nothing if the call does not wait
	// any more, or waits for a later time.
	Timer()
}

// A Kind says what a Step is about.
type Kind uint8

const (
	Attempt Kind = iota // call the dependency for Copy, and ask Next again
	Wait                // ask again after Returned or Timer, or when woken
	Done                // the call is over
)

// A Step is what a Call wants.
type Step struct {
	Kind    Kind
	Copy    int           // of an Attempt: 0 is the attempt itself, 1 the first copy of a hedge
	Attempt int           // that is under way, or was the last one; 1 first
	At      time.Duration // of a Wait: the World.Time at which to call Timer; zero for never

	// Cancel are the copies of the attempt before this step that nobody waits for any more:
	// one that ran into a timeout, or those that have lost. The simulator decides whether the
	// dependency goes on with them. The slice is valid until the next method of the Call.
	Cancel []int

	Outcome string // of Done: a retry.Outcome
	Err     error  // of Done: what the caller gets
}
