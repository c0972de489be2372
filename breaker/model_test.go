package breaker

import (
	"flag"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A model is a breaker that is too slow and too simple to be wrong.
type model struct {
	config              Config
	state               State
	forced              bool
	era                 int
	failures, successes int
	until               time.Time
	probes              map[int]time.Time // start, by permit
	seen                []modelCall       // in this era, if there is a window
	opened, refused     int64
	changed             time.Time
}

type modelCall struct {
	at           time.Duration
	failed, slow bool
}

func (m *model) become(s State, forced bool) {
	if s != m.state {
		m.changed = time.Now()
		if s == Open {
			m.opened++
		}
	}
	m.state, m.forced, m.failures, m.successes = s, forced, 0, 0
	m.era++
	m.seen = nil
	m.probes = make(map[int]time.Time)
	if s == Open {
		m.until = time.Now().Add(m.config.Cooldown)
	}
}

func (m *model) allow(permit int) bool {
	if m.state == Open && !m.forced && !time.Now().Before(m.until) {
		m.become(HalfOpen, false)
	}
	if m.state != HalfOpen {
		return m.state == Closed
	}
	for p, start := range m.probes {
		if time.Since(start) >= m.config.Cooldown {
			delete(m.probes, p)
		}
	}
	if len(m.probes) >= m.config.Probes {
		return false
	}
	m.probes[permit] = time.Now()
	return true
}

// tally goes through all attempts of the era and counts those in the window.
func (m *model) tally() (t tally) {
	now := clock().Truncate(m.config.Window / 10)
	for i, c := range m.seen {
		if n := m.config.WindowCalls; n > 0 && len(m.seen)-i > n {
			continue
		}
		if w := m.config.Window; w > 0 && c.at.Truncate(w/10) <= now-w {
			continue
		}
		t.calls++
		if c.failed {
			t.failures++
		}
		if c.slow {
			t.slow++
		}
	}
	return t
}

// observe is done for a closed breaker that has a window.
func (m *model) observe(o Outcome, slow bool) {
	if o == Neutral {
		return
	}
	if m.config.Rate == 0 {
		switch o {
		case Success:
			m.failures = 0
		case Failure:
			if m.failures++; m.failures == m.config.Failures {
				m.become(Open, false)
				return
			}
		}
	}
	m.seen = append(m.seen, modelCall{clock(), o == Failure, slow})
	t := m.tally()
	bad := func(n int64, share int) bool { return share > 0 && n*all >= int64(share)*t.calls }
	if t.calls >= int64(m.config.Min) && (bad(t.failures, m.config.Rate) || bad(t.slow, m.config.SlowRate)) {
		m.become(Open, false)
	}
}

func (m *model) done(permit, era int, o Outcome, took time.Duration) {
	if era != m.era || m.forced {
		return
	}
	slow := m.config.Slow > 0 && took >= m.config.Slow
	if m.state == Closed && m.config.windowed() {
		m.observe(o, slow)
		return
	}
	if o.alive() && slow {
		o = Failure
	}
	delete(m.probes, permit)
	switch {
	case o == Success && m.state == Closed:
		m.failures = 0
	case o == Alive && m.state == Closed:
	case o == Success, o == Alive:
		if m.successes++; m.successes == m.config.Successes {
			m.become(Closed, false)
		}
	case o == Failure:
		if m.failures++; m.state == HalfOpen || m.failures == m.config.Failures {
			m.become(Open, false)
		}
	}
}

// shares are fractions that a few attempts can meet exactly.
var shares = rapid.SampledFrom([]int{25 * Percent, 50 * Percent, 75 * Percent, 100 * Percent})

// noDeadline hides a method that must not be called in a bubble.
type noDeadline struct{ rapid.TB }

// Any sequence of attempts, outcomes and waits has the same effect on a breaker as on the
// model.
func TestBreakerIsLikeTheModel(t *testing.T) {
	// A check takes microseconds, and it takes many to fill windows to the brim.
	require.NoError(t, flag.Set("rapid.checks", "10000"))
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(noDeadline{t}, func(t *rapid.T) {
			config := Config{
				Cooldown:  time.Duration(rapid.IntRange(1, 5).Draw(t, "cooldown")) * time.Second,
				Probes:    rapid.IntRange(1, 3).Draw(t, "probes"),
				Successes: rapid.IntRange(1, 3).Draw(t, "successes"),
			}
			byRate, bySlow := rapid.Bool().Draw(t, "byRate"), rapid.Bool().Draw(t, "bySlow")
			if byRate {
				config.Rate = shares.Draw(t, "rate")
			} else {
				config.Failures = rapid.IntRange(1, 4).Draw(t, "failures")
			}
			if bySlow {
				config.Slow, config.SlowRate = 2*time.Second, shares.Draw(t, "slowRate")
			}
			if config.windowed() {
				config.Min = rapid.IntRange(1, 5).Draw(t, "min")
				if rapid.Bool().Draw(t, "byCalls") {
					config.WindowCalls = config.Min + rapid.IntRange(0, 4).Draw(t, "more")
				} else {
					config.Window = 10 * time.Second
				}
			}
			b, m := New(config), &model{config: config, probes: map[int]time.Time{}}
			type held struct {
				number, era int
				permit      Permit
				start       time.Time
			}
			var out []held
			number := 0
			t.Repeat(map[string]func(*rapid.T){
				"allow": func(t *rapid.T) {
					number++
					permit, err := b.Allow()
					allowed := m.allow(number)
					if !allowed {
						m.refused++
					}
					if allowed != (err == nil) {
						t.Fatalf("Allow: %v, the model says %v", err, allowed)
					}
					if err == nil {
						out = append(out, held{number, m.era, permit, time.Now()})
					}
				},
				"done": func(t *rapid.T) {
					if len(out) == 0 {
						t.Skip("no permit is out")
					}
					i := rapid.IntRange(0, len(out)-1).Draw(t, "permit")
					o := rapid.SampledFrom([]Outcome{Success, Failure, Failure, Neutral, Alive}).Draw(t, "outcome")
					out[i].permit.Done(o)
					m.done(out[i].number, out[i].era, o, time.Since(out[i].start))
					out = append(out[:i], out[i+1:]...)
				},
				"wait": func(t *rapid.T) {
					time.Sleep(time.Duration(rapid.SampledFrom([]int{1, 2, 3, 9, 10}).Draw(t, "seconds")) * time.Second)
				},
				"forceOpen":  func(*rapid.T) { b.ForceOpen(); m.become(Open, true) },
				"forceClose": func(*rapid.T) { b.ForceClose(); m.become(Closed, true) },
				"reset":      func(*rapid.T) { b.Reset(); m.become(Closed, false) },
				"": func(t *rapid.T) {
					s := b.Snapshot()
					if s.State != m.state || s.Forced != m.forced || s.Probes != len(m.probes) || s.Successes != m.successes {
						t.Fatalf("breaker %+v, model %+v", s, m)
					}
					if s.Opened != m.opened || s.Refused != m.refused || !s.Changed.Equal(m.changed) {
						t.Fatalf("breaker %+v, model %+v", s, m)
					}
					seen := tally{failures: int64(m.failures)}
					if config.windowed() {
						if seen = m.tally(); config.Rate == 0 {
							seen.failures = int64(m.failures)
						}
					}
					if got := (tally{int64(s.Calls), int64(s.Failures), int64(s.Slow)}); m.state == Closed && got != seen {
						t.Fatalf("%+v, the model has %+v", got, seen)
					}
				},
			})
		})
	})
}
