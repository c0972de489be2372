package breaker

import (
	"testing"
	"testing/synctest"
	"time"

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
}

func (m *model) become(s State, forced bool) {
	m.state, m.forced, m.failures, m.successes = s, forced, 0, 0
	m.era++
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

func (m *model) done(permit, era int, o Outcome) {
	if era != m.era || m.forced {
		return
	}
	delete(m.probes, permit)
	switch {
	case o == Success && m.state == Closed:
		m.failures = 0
	case o == Success:
		if m.successes++; m.successes == m.config.Successes {
			m.become(Closed, false)
		}
	case o == Failure:
		if m.failures++; m.state == HalfOpen || m.failures == m.config.Failures {
			m.become(Open, false)
		}
	}
}

// noDeadline hides a method that must not be called in a bubble.
type noDeadline struct{ rapid.TB }

// Any sequence of calls, reports and waits does to a breaker what it does to the
// model.
func TestBreakerIsLikeTheModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(noDeadline{t}, func(t *rapid.T) {
			config := Config{
				Failures:  rapid.IntRange(1, 4).Draw(t, "failures"),
				Cooldown:  time.Duration(rapid.IntRange(1, 5).Draw(t, "cooldown")) * time.Second,
				Probes:    rapid.IntRange(1, 3).Draw(t, "probes"),
				Successes: rapid.IntRange(1, 3).Draw(t, "successes"),
			}
			b, m := New(config), &model{config: config, probes: map[int]time.Time{}}
			type held struct {
				number, era int
				permit      Permit
			}
			var out []held
			number := 0
			t.Repeat(map[string]func(*rapid.T){
				"allow": func(t *rapid.T) {
					number++
					permit, err := b.Allow()
					if allowed := m.allow(number); allowed != (err == nil) {
						t.Fatalf("Allow: %v, the model says %v", err, allowed)
					}
					if err == nil {
						out = append(out, held{number, m.era, permit})
					}
				},
				"done": func(t *rapid.T) {
					if len(out) == 0 {
						t.Skip("no permit is out")
					}
					i := rapid.IntRange(0, len(out)-1).Draw(t, "permit")
					o := rapid.SampledFrom([]Outcome{Success, Failure, Failure, Neutral}).Draw(t, "outcome")
					out[i].permit.Done(o)
					m.done(out[i].number, out[i].era, o)
					out = append(out[:i], out[i+1:]...)
				},
				"wait":       func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 3).Draw(t, "seconds")) * time.Second) },
				"forceOpen":  func(*rapid.T) { b.ForceOpen(); m.become(Open, true) },
				"forceClose": func(*rapid.T) { b.ForceClose(); m.become(Closed, true) },
				"reset":      func(*rapid.T) { b.Reset(); m.become(Closed, false) },
				"": func(t *rapid.T) {
					s := b.Snapshot()
					if s.State != m.state || s.Forced != m.forced || s.Probes != len(m.probes) || s.Successes != m.successes {
						t.Fatalf("breaker %+v, model %+v", s, m)
					}
					if m.state == Closed && s.Failures != m.failures {
						t.Fatalf("%d failures, the model has %d", s.Failures, m.failures)
					}
				},
			})
		})
	})
}
