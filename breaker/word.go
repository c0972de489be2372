package breaker

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// A State says which attempts a breaker admits.
type State uint8

const (
	Closed   State = iota // all
	Open                  // none, until the cooldown is over
	HalfOpen              // a few, as probes
)

// A word holds everything that an attempt through a closed breaker needs, in one number
// that is read and swapped in one step: from the top, the generation (27 bits), observed
// (1), guarded (1), forced (1), the state (2) and the consecutive failures (32). Guarded
// means that an attempt has to look at the mode or the clock first. Observed means that
// the window counts each success.
//
// Generation, forced and state together are the era. A permit remembers its era, with the
// number of a probe in place of the failures. The generation wraps around after 134
// million changes of state. Only a permit that is held for that long could be mistaken for
// a new one.
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

	lasting = guardedBit | observedBit // a change of state keeps them

	maxFailures = math.MaxInt32
)

func (w word) state() State  { return State(w >> stateShift & stateMask) }
func (w word) forced() bool  { return w&forcedBit != 0 }
func (w word) failures() int { return int(w & failureMask) }
func (w word) era() word     { return w &^ (lasting | failureMask) }
func (w word) probe() uint32 { return uint32(w & failureMask) }

// plain reports whether an attempt is admitted and has to look at nothing else.
func (w word) plain() bool { return w&(guardedBit|stateMask<<stateShift) == 0 }

// next returns the word of the next generation, in the given state.
func (w word) next(to State, forced bool) word {
	n := w&^(generation-1) + generation + w&lasting + word(to)<<stateShift
	if forced {
		n |= forcedBit
	}
	return n
}

// epoch is the time that clock counts from. It lies so far back that no reading is
// negative, even in the bubbles of testing/synctest, where it is the year 2000.
var epoch = time.Now().Add(-100 * 365 * 24 * time.Hour)

// clock reads the monotonic clock, so setting the time of day changes nothing.
func clock() time.Duration { return virtual.Since(epoch) }
