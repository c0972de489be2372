package breaker

import "time"

// A Snapshot is the state of a breaker at one moment.
type Snapshot struct {
	Name       string
	State      State
	Mode       Mode
	Forced     bool          // by ForceOpen or ForceClose
	Failures   int           // of a closed breaker: consecutive ones or, with Config.Rate, those in the window
	Calls      int           // attempts in the window of a closed breaker
	Slow       int           // slow attempts among them
	Openings   int           // since the breaker was last closed
	Probes     int           // under way
	Successes  int           // of probes, in a row
	RetryAfter time.Duration // until an open breaker admits a probe; zero if it is forced open
}

// Snapshot returns the state of the breaker and changes nothing: a breaker whose cooldown
// is over stays open until the next attempt. The Snapshot of a nil *Breaker is zero.
func (b *Breaker) Snapshot() Snapshot {
	if b == nil {
		return Snapshot{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.load()
	s := Snapshot{
		Name: b.config.Name, State: w.state(), Mode: b.Mode(), Forced: w.forced(),
		Openings: b.openings, Probes: len(b.probes), Successes: b.successes,
	}
	switch s.State {
	case Closed:
		s.Failures = w.failures()
		if window := b.window.Load(); window != nil {
			t, _ := window.recent.sum(clock())
			s.Calls, s.Slow = toInt(t.calls), toInt(t.slow)
			if b.config.Rate > 0 {
				s.Failures = toInt(t.failures)
			}
		}
	case Open:
		s.RetryAfter = b.refusal.Load().RetryAfter()
	}
	return s
}

// State returns the state as Snapshot does, but costs only one atomic load. The state of
// a nil *Breaker is Closed.
func (b *Breaker) State() State {
	if b == nil {
		return Closed
	}
	return b.load().state()
}
