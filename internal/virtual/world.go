package virtual

import (
	"math/rand/v2"
	"time"
)

// A World is virtual time and randomness for one goroutine, the simulator's. No other
// goroutine may make calls while a World is installed.
type World struct {
	Time time.Duration // since the start of the simulation
	Rand *rand.Rand

	// Wake says that a call can go on that waits for a place under a limit, because another
	// one has left. Id is what Begin got. Wake is called inside a method of that other call,
	// so it must not call Next itself. Nil is enough if no policy has a limit.
	Wake func(id int)

	real bool // only the random numbers are those of the World; see Draw
}

var (
	world *World // nil in programs

	// since is time.Since in programs. A variable costs a program nothing: to ask for the
	// World first, Since would have to be a call of its own.
	since = time.Since
)

// Enter installs a World. Leave removes it. It panics if one is installed already.
func Enter(w *World) (leave func()) {
	if world != nil {
		panic("virtual: two worlds at once")
	}
	world, since = w, w.since
	return func() { world, since = nil, time.Since }
}

// Draw installs random numbers for a bubble of testing/synctest. The time stays that of the
// bubble, and clocks show the same as at that time of a World. So tests can compare real
// calls with simulated ones. Leave removes the numbers.
func Draw(r *rand.Rand) (leave func()) { return Enter(&World{Rand: r, real: true}) }

// On reports whether time is virtual.
func On() bool { return simulated() != nil }

// simulated returns the World, or nil if time is real.
func simulated() *World {
	if w := world; w != nil && !w.real {
		return w
	}
	return nil
}

// Wake calls World.Wake.
func Wake(id int) { world.Wake(id) }

// Time returns World.Time.
func Time() time.Duration { return world.Time }

// start is the time at which a World begins. It is a constant, so that a simulation does not
// depend on the day. It is that of a bubble of testing/synctest.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// age is what clocks show at the start of a World: not zero, because zero often stands for
// no time at all.
const age = 100 * 365 * 24 * time.Hour

// Since is time.Since. In a World it does not depend on epoch: it counts from a time before
// the start.
func Since(epoch time.Time) time.Duration { return since(epoch) }

func (w *World) since(time.Time) time.Duration {
	if w.real {
		return age + time.Since(start)
	}
	return age + w.Time
}

// Now is time.Now.
func Now() time.Time {
	if w := simulated(); w != nil {
		return start.Add(w.Time)
	}
	return time.Now()
}

// Until is time.Until.
func Until(t time.Time) time.Duration {
	if On() {
		return t.Sub(Now())
	}
	return time.Until(t)
}

// Float64 is rand.Float64.
func Float64() float64 {
	if w := world; w != nil {
		return w.Rand.Float64()
	}
	return rand.Float64()
}
