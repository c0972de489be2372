package breaker

import (
	"encoding/json"
	"time"
)

// A Snapshot is the state of a breaker at one moment. In JSON, durations are texts such as
// "1.5s", and what is zero is left out, except for the state and the mode.
type Snapshot struct {
	Name     string `json:"name"`
	Instance string `json:"instance,omitempty"` // see Config.Instance
	State    State  `json:"state"`
	Mode     Mode   `json:"mode"`
	Forced   bool   `json:"forced,omitempty"` // by ForceOpen, ForceClose or ForceRemote

	// Remote is true if others decided the State: OpenFor opened the breaker, or ForceRemote
	// forces it. An opening of the breaker's own that OpenFor prolonged is not remote.
	Remote bool `json:"remote,omitempty"`

	Failures int `json:"failures,omitempty"` // of a closed breaker: consecutive ones or, with Config.Rate, those in the window
	Calls    int `json:"calls,omitempty"`    // attempts in the window of a closed breaker
	Slow     int `json:"slow,omitempty"`     // slow attempts among them

	// FailureShare and SlowShare are the shares of Calls that failed and that were slow, from
	// 0 to 1. They are zero without a window, and while it holds no attempt.
	FailureShare float64 `json:"failureShare,omitempty"`
	SlowShare    float64 `json:"slowShare,omitempty"`

	// Pressure says how near a closed breaker is to opening, from 0 to 1. It is the greatest of
	//
	//   - Failures / Config.Failures, for consecutive failures,
	//   - min(Calls / Config.Min, FailureShare / Config.Rate) and
	//   - min(Calls / Config.Min, SlowShare / Config.SlowRate),
	//
	// with the rates as fractions of 1, and without those that the Config does not have. So
	// with a rate, 0.5 means half of the attempts that it takes and half of the share. Pressure
	// is 0 unless the breaker is closed and not forced.
	Pressure float64 `json:"pressure,omitempty"`

	Openings   int           `json:"openings,omitempty"`  // since the breaker was last closed
	Probes     int           `json:"probes,omitempty"`    // under way
	Successes  int           `json:"successes,omitempty"` // of probes, in a row
	RetryAfter time.Duration `json:"-"`                   // until an open breaker admits a probe; zero if it is forced open

	// Opened counts how often the breaker went from another state to Open since it was made,
	// by ForceOpen, OpenFor and ForceRemote too.
	Opened int64 `json:"opened,omitempty"`

	// Refused counts the attempts that the breaker refused since it was made. It does not
	// count those that it would have refused if its mode were On. Calls of a wrapper inside a
	// probe of the same breaker count, although the probe lets them through.
	Refused int64 `json:"refused,omitempty"`

	// Changed is the time of the last change of state; zero if there was none.
	Changed time.Time `json:"changed,omitzero"`
}

// MarshalJSON returns the snapshot with its durations as texts.
func (s Snapshot) MarshalJSON() ([]byte, error) {
	type plain Snapshot // without this method
	var retryAfter string
	if s.RetryAfter > 0 {
		retryAfter = s.RetryAfter.String()
	}
	return json.Marshal(struct {
		plain
		RetryAfter string `json:"retryAfter,omitempty"`
	}{plain(s), retryAfter})
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
		Name: b.config.Name, Instance: b.config.Instance, State: w.state(), Mode: b.Mode(), Forced: w.forced(), Remote: b.remote,
		Openings: b.openings, Probes: len(b.probes), Successes: b.successes,
		Opened: b.opened, Refused: b.refused.Load(), Changed: b.changedAt,
	}
	switch s.State {
	case Closed:
		s.Failures = w.failures()
		var t tally
		if window := b.window.Load(); window != nil {
			t, _ = window.recent.sum(clock())
			s.look(t, b.config.Rate > 0)
		}
		s.Pressure = b.config.pressure(w.failures(), t)
	case Open:
		s.RetryAfter = b.refusal.Load().RetryAfter()
	}
	return s
}

// look puts what the window holds into the snapshot.
func (s *Snapshot) look(t tally, rate bool) {
	s.Calls, s.Slow = toInt(t.calls), toInt(t.slow)
	if rate {
		s.Failures = toInt(t.failures)
	}
	if t.calls > 0 {
		s.FailureShare = float64(t.failures) / float64(t.calls)
		s.SlowShare = float64(t.slow) / float64(t.calls)
	}
}

// State returns the state as Snapshot does, but costs only one atomic load. The state of
// a nil *Breaker is Closed.
func (b *Breaker) State() State {
	if b == nil {
		return Closed
	}
	return b.load().state()
}
