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
}

var (
	world  *World     // nil in programs
	random *rand.Rand // the same
)

// Enter installs a World. Leave removes it. It panics if one is installed already.
func Enter(w *World) (leave func()) {
	if world != nil || random != nil {
		panic("virtual: two worlds at once")
	}
	world, random = w, w.Rand
	return func() { world, random = nil, nil }
}

// Draw installs random numbers alone. The time stays that of the program, so tests can
// compare real calls with simulated ones. Leave removes them.
func Draw(r *rand.Rand) (leave func()) {
	if world != nil || random != nil {
		panic("virtual: two worlds at once")
	}
	random = r
	return func() { random = nil }
}

// On reports whether a World is installed.
func On() bool { return world != nil }

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
func Since(epoch time.Time) time.Duration {
	if w := world; w != nil {
		return age + w.Time
	}
	return time.Since(epoch)
}

// Now is time.Now.
func Now() time.Time {
	if w := world; w != nil {
		return start.Add(w.Time)
	}
	return time.Now()
}

// Until is time.Until.
func Until(t time.Time) time.Duration {
	if world != nil {
		return t.Sub(Now())
	}
	return time.Until(t)
}

// Float64 is rand.Float64.
func Float64() float64 {
	if r := random; r != nil {
		return r.Float64()
	}
	return rand.Float64()
}
