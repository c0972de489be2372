package breaker

import "time"

// ForceOpen makes the breaker refuse all calls until ForceClose or Reset.
func (b *Breaker) ForceOpen() {
	b.force(Open, true, &OpenError{name: b.config.Name, forced: true})
}

// ForceClose makes the breaker allow all calls, whatever becomes of them, until
// ForceOpen or Reset.
func (b *Breaker) ForceClose() { b.force(Closed, true, nil) }

// Reset closes the breaker and forgets the past: the count of failures, the
// growth of the cooldown, and what was forced.
func (b *Breaker) Reset() { b.force(Closed, false, nil) }

func (b *Breaker) force(to State, forced bool, refusal *OpenError) {
	b.mu.Lock()
	b.become(to, forced, refusal, 0)
	b.mu.Unlock()
	b.tell()
}

// A Snapshot is what a breaker was like at one moment.
type Snapshot struct {
	Name       string
	State      State
	Forced     bool          // by ForceOpen or ForceClose
	Failures   int           // consecutive ones, of a closed breaker
	Openings   int           // since it was last closed
	Probes     int           // that are out
	Successes  int           // of probes in a row
	RetryAfter time.Duration // until an open breaker lets a probe through; zero when forced
}

// Snapshot looks at the breaker and changes nothing: one whose cooldown is over
// stays open until a call comes. That of a nil *Breaker is zero, which is closed.
func (b *Breaker) Snapshot() Snapshot {
	if b == nil {
		return Snapshot{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.load()
	s := Snapshot{
		Name: b.config.Name, State: w.state(), Forced: w.forced(),
		Openings: b.openings, Probes: len(b.probes), Successes: b.successes,
	}
	switch s.State {
	case Closed:
		s.Failures = w.failures()
	case Open:
		s.RetryAfter = b.refusal.Load().RetryAfter()
	}
	return s
}

// State is the state in Snapshot, at the cost of one atomic load.
func (b *Breaker) State() State {
	if b == nil {
		return Closed
	}
	return b.load().state()
}
