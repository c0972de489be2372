package quorum

import "time"

// A Message is all that a process has to tell at one moment. Each message replaces those
// before it, so lost messages are made good by the next one, and the order of arrival does
// not matter.
type Message struct {
	From        string // Config.Name of the process
	Incarnation uint64 // Config.Incarnation of the process
	Sequence    uint64 // grows by one with each message of an incarnation

	// Beat is the longest time until the next message. Who says nothing for three of these is
	// taken to be gone.
	Beat time.Duration

	Words []Word
	Gone  bool // the process ends, and this is its last message
}

// A Word is what a process says about one of its breakers. A process says nothing about
// breakers that are closed, forced, or open only because others are.
type Word struct {
	Breaker string
	Number  uint64 // a new one for each opening and each good probe of the breaker

	// For is how long the breaker stays open. It opened by what the process saw itself. Zero:
	// a good probe of the process has closed the breaker.
	For time.Duration
}

// Limits of what a Node takes from others. They bound its memory, whatever arrives.
const (
	MaxPeers = 4096            // other processes
	MaxWords = 256             // in a message; Step never makes more
	MaxName  = 256             // bytes in the name of a process
	MaxFor   = time.Hour       // a longer Word.For counts as this
	MaxBeat  = 2 * time.Minute // a longer Message.Beat counts as this
)

// A State is the state of a breaker, with the numbers of package breaker.
type State uint8

const (
	Closed State = iota
	Open
	HalfOpen
)

// A Change is a change of a breaker of this process, as breaker.Change has it.
type Change struct {
	From, To State
	Cooldown time.Duration // of an opening
	Forced   bool          // by the operator, of this process or of the fleet
	Remote   bool          // by an Action
}

// A Look is the state of a breaker of this process at the moment. The zero Look stands for a
// breaker that does not follow.
type Look struct {
	State    State
	Forced   bool          // by the operator, of this process or of the fleet
	Remote   bool          // an Action has opened it
	Left     time.Duration // until an open breaker admits a probe
	Pressure float64       // how near a closed breaker is to opening, from 0 to 1
	Idle     bool          // it is known that the breaker had no attempt lately
	Longest  time.Duration // no Action opens it for longer: the max-cooldown, or the cooldown
	Cooldown time.Duration // of a first opening
}

// most returns how long a breaker stays open because of others until an attempt is a probe.
func (l Look) most() time.Duration { return max(l.Longest, mostOf*min(l.Cooldown, MaxFor)) }

// An Action is something to do to a breaker of this process.
type Action struct {
	Breaker string

	// OpenFor is for breaker.OpenFor: how long the breaker is to be open from now on. Zero: the
	// Action is a breaker.CloseRemote.
	OpenFor time.Duration

	// Votes is how many processes say that their breaker is open, and Quorum how many it takes.
	// They are zero of a CloseRemote.
	Votes, Quorum int

	// By is the process whose good probe led to a CloseRemote.
	By string
}

// An Answer is what Step wants.
type Answer struct {
	Actions []Action      // valid until the next call of a method
	Message *Message      // to publish; nil for none
	Next    time.Duration // when to call Step again at the latest
}
