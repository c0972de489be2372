package breaker

import (
	"flag"
	"math"
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
	openings            int                  // by itself, since it was last closed
	drawn               func() time.Duration // the cooldown that the breaker has drawn last
	patience            time.Duration        // with a probe
	remote              bool                 // others decided the state
	prolonged           bool                 // by others, an opening by itself
	own                 time.Time            // the end of that opening without others
	steered             steering
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
	m.remote, m.prolonged = false, false
	switch {
	case s == Closed:
		m.openings = 0
	case s == Open && !forced:
		m.openings++
		m.patience = m.drawn()
		m.until = time.Now().Add(m.patience)
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
		if time.Since(start) >= m.patience {
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
	// A check takes microseconds, and it takes many to fill windows to the brim. They end after
	// a virtual day, so there are several days.
	require.NoError(t, flag.Set("rapid.checks", "10000"))
	for range 4 {
		synctest.Test(t, func(t *testing.T) { rapid.Check(noDeadline{t}, likeTheModel) })
	}
}

func drawModelConfig(t *rapid.T) Config {
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
	if rapid.Bool().Draw(t, "grows") {
		config.MaxCooldown = config.Cooldown * time.Duration(rapid.IntRange(1, 5).Draw(t, "times"))
	}
	return config
}

func likeTheModel(t *rapid.T) {
	config := drawModelConfig(t)
	b, m := New(config), &model{config: config, probes: map[int]time.Time{}}
	m.drawn = func() time.Duration {
		longest := config.Cooldown << min(m.openings-1, 3)
		if longest = min(longest, max(config.Cooldown, config.MaxCooldown)); b.cooldown > longest || b.cooldown < longest*3/4 {
			t.Fatalf("opening %d lasts %v, and not %v", m.openings, b.cooldown, longest)
		}
		return b.cooldown
	}
	same := func(t *rapid.T, name string, got, want bool) {
		if got != want {
			t.Fatalf("%s: %v, the model says %v", name, got, want)
		}
	}
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
		"fail": func(t *rapid.T) {
			number++
			permit, err := b.Allow()
			same(t, "Allow", err == nil, m.allow(number))
			if err != nil {
				m.refused++
				return
			}
			permit.Done(Failure)
			m.done(number, m.era, Failure, 0)
		},
		"wait": func(t *rapid.T) {
			time.Sleep(time.Duration(rapid.SampledFrom([]int{1, 2, 3, 9, 10}).Draw(t, "seconds")) * time.Second)
		},
		"openFor": func(t *rapid.T) {
			d := time.Duration(rapid.IntRange(0, 30).Draw(t, "halfSeconds")) * time.Second / 2
			same(t, "OpenFor", b.OpenFor(d), m.openFor(d))
		},
		"closeRemote": func(t *rapid.T) { same(t, "CloseRemote", b.CloseRemote(), m.closeRemote()) },
		"force": func(t *rapid.T) { // one action, because a forced breaker shows little else
			switch rapid.IntRange(0, 6).Draw(t, "how") {
			case 0:
				b.ForceOpen()
				m.become(Open, true)
			case 1:
				b.ForceClose()
				m.become(Closed, true)
			case 2, 3:
				b.Reset()
				m.reset()
			case 4:
				to := rapid.SampledFrom([]State{Open, Closed}).Draw(t, "to")
				same(t, "ForceRemote", b.ForceRemote(to), m.forceRemote(to))
			default:
				same(t, "ResetRemote", b.ResetRemote(), m.resetRemote())
			}
		},
		"": func(t *rapid.T) {
			s := b.Snapshot()
			if s.State != m.state || s.Forced != m.forced || s.Probes != len(m.probes) || s.Successes != m.successes {
				t.Fatalf("breaker %+v, model %+v", s, m)
			}
			if s.Opened != m.opened || s.Refused != m.refused || !s.Changed.Equal(m.changed) {
				t.Fatalf("breaker %+v, model %+v", s, m)
			}
			retryAfter := time.Duration(0)
			if m.state == Open && !m.forced {
				retryAfter = max(0, time.Until(m.until))
			}
			if s.Remote != m.remote || s.Openings != m.openings || s.RetryAfter != retryAfter {
				t.Fatalf("breaker %+v, model %+v", s, m)
			}
			seen := tally{failures: int64(m.failures)}
			if config.windowed() {
				if seen = m.tally(); config.Rate == 0 {
					seen.failures = int64(m.failures)
				}
			}
			pressure := 0.0
			if m.state == Closed && !m.forced {
				pressure = m.pressure(seen)
			}
			if math.Abs(s.Pressure-pressure) > 1e-9 {
				t.Fatalf("pressure %v, the model says %v: %+v", s.Pressure, pressure, m)
			}
			if got := (tally{int64(s.Calls), int64(s.Failures), int64(s.Slow)}); m.state == Closed && got != seen {
				t.Fatalf("%+v, the model has %+v", got, seen)
			}
		},
	})
}
