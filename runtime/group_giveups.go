package retry

import (
	"sync"
	"time"
)

// A GiveUp is a call that Hooks.GiveUp would be called for, as Group.Snapshot remembers it.
type GiveUp struct {
	At       time.Time `json:"at"`       // when the call ended
	Attempts int       `json:"attempts"` // zero when the call was refused before the first
	Outcome  Outcome   `json:"outcome"`
	Class    Class     `json:"class"` // of the last error; ClassUnclassified without one

	// Err is what the caller gets. It is not in the JSON of a snapshot, because its text may
	// say what nobody but the caller may know.
	Err error `json:"-"`
}

// keepGiveUps is the number of give-ups that a method remembers.
const keepGiveUps = 8

// giveUps remembers the last give-ups of a method.
type giveUps struct {
	mu   sync.Mutex
	ring [keepGiveUps]GiveUp
	n    int // of all so far
}

// add remembers a give-up of now. In an outage every call gives up, so it does not wait for
// others that do: those at the same moment may be left out. Calls in a row that were refused
// for one reason before their first attempt share a place. An open breaker refuses thousands,
// and they must not crowd out the failures that opened it.
func (g *giveUps) add(e GiveUpEvent) {
	if !g.mu.TryLock() {
		return
	}
	defer g.mu.Unlock()
	if last := g.ring[(g.n+keepGiveUps-1)%keepGiveUps]; g.n > 0 && e.Attempts == 0 && last.Attempts == 0 && last.Outcome == e.Outcome {
		g.n--
	}
	g.ring[g.n%keepGiveUps] = GiveUp{At: time.Now(), Attempts: e.Attempts, Outcome: e.Outcome, Class: e.Class, Err: e.Err}
	g.n++
}

// last returns the give-ups that it remembers, the newest first; nil for none.
func (g *giveUps) last() []GiveUp {
	g.mu.Lock()
	defer g.mu.Unlock()
	var last []GiveUp
	for i := range min(g.n, keepGiveUps) {
		last = append(last, g.ring[(g.n-1-i)%keepGiveUps])
	}
	return last
}
