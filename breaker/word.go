package breaker

import (
	"fmt"
	"math"
	"time"
)

// A State is what a breaker does with calls.
type State uint8

const (
	Closed   State = iota // all are allowed
	Open                  // none is
	HalfOpen              // a few are, as probes
)

// String returns "closed", "open" or "half-open".
func (s State) String() string {
	switch s {
	case Closed:
		return "closed"
	case Open:
		return "open"
	case HalfOpen:
		return "half-open"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// A word is all that a call through a closed breaker needs to know, in one number
// that is read and swapped at once: from the top, the generation (27 bits), observed
// (1), guarded (1), forced (1), the state (2) and the consecutive failures (32).
// Guarded is a breaker that has more to look at before a call, its mode or the clock,
// and observed one that has to be told of each success, for its window.
//
// Generation, forced and state are the era, which a permit remembers, with the
// number of the probe below. The generation wraps around after an eighth of a
// billion changes, so that a permit would have to be held for as long as those take
// to be mistaken for a new one.
type word uint64

const (
	failureBits = 32
	failureMask = 1<<failureBits - 1
	stateShift  = failureBits
	stateMask   = 3
	forcedBit   = 1 << 34
	guardedBit  = 1 << 35
	observedBit = 1 << 36
	generation  = 1 << 37 // the lowest bit of it

	lasting = guardedBit | observedBit // what a change of state leaves as it is

	maxFailures = math.MaxInt32
)

func (w word) state() State  { return State(w >> stateShift & stateMask) }
func (w word) forced() bool  { return w&forcedBit != 0 }
func (w word) failures() int { return int(w & failureMask) }
func (w word) era() word     { return w &^ (lasting | failureMask) }
func (w word) probe() uint32 { return uint32(w & failureMask) }

// plain reports whether a call is let through, and nothing else is to be done.
func (w word) plain() bool { return w&(guardedBit|stateMask<<stateShift) == 0 }

// next is the word of the next generation, in the given state.
func (w word) next(to State, forced bool) word {
	n := w&^(generation-1) + generation + w&lasting + word(to)<<stateShift
	if forced {
		n |= forcedBit
	}
	return n
}

// epoch is what the clock is read against, so that a reading is one number. It lies
// so far back that none is negative, even in the bubbles of testing/synctest, where
// it is the year 2000.
var epoch = time.Now().Add(-100 * 365 * 24 * time.Hour)

// clock reads the monotonic clock: setting the time of day changes nothing.
func clock() time.Duration { return time.Since(epoch) }
