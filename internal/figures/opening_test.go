package figures

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// When a breaker opens, by the real one.
func TestOpens(t *testing.T) {
	const second, ms = time.Second, time.Millisecond
	for _, c := range []struct {
		name, text string
		traffic    Traffic
		off        float64 // seconds that the figure may be off by, where it follows means
		trials     int
	}{
		{"failures, one attempt", "breaker failures=5", Traffic{Rate: 10, Latency: 20 * ms, Takes: 20 * ms}, 0, 200},
		{"failures, with retries", "exponential-jitter attempts=4 base=100ms max=2s; budget; breaker failures=5", Traffic{Rate: 1, Takes: 20 * ms}, 0, 200},
		{"failures, a hang", "exponential-jitter attempts=4 base=100ms; timeout attempt=1s total=5s; breaker failures=5; budget", Traffic{Rate: 2, Takes: second}, 0, 200},
		{"failures, a hang that the total timeout ends", "simple attempts=5 delay=200ms; timeout attempt=1s total=1500ms; breaker failures=7; budget", Traffic{Rate: 1, Takes: second}, 0, 200},
		{"the first failure", "breaker failures=1", Traffic{Rate: 3}, 0, 200},
		{"dependent delays", "exponential-jitter attempts=6 base=50ms jitter=decorrelated; budget off; breaker failures=12", Traffic{Rate: 0.5, Takes: 10 * ms}, 0, 200},
		{"many failures", "linear attempts=3 base=200ms; budget off; breaker failures=300", Traffic{Rate: 50, Takes: 10 * ms}, 0.02, 100},
		{"a window of calls", "breaker rate=50% window=40 min=10", Traffic{Rate: 20, Latency: 10 * ms, Takes: 10 * ms}, 0, 150},
		{"a rate", "breaker rate=50%", Traffic{Rate: 40, Latency: 20 * ms, Takes: 20 * ms}, 0.03, 80},
		{"a rate, with retries", "exponential-jitter attempts=3 base=100ms; budget off; breaker rate=20% window=5s", Traffic{Rate: 40, Latency: 20 * ms, Takes: 50 * ms}, 0.03, 80},
		{"a rate, a hang", "timeout attempt=2s; breaker rate=50%", Traffic{Rate: 40, Latency: 20 * ms, Takes: 2 * second}, 0.03, 80},
		{"slow attempts", "timeout attempt=2s; breaker slow=1s slow-rate=30% failures=10000", Traffic{Rate: 40, Latency: 20 * ms, Takes: 2 * second}, 0.03, 80},
		{"failures before slow attempts", "timeout attempt=2s; breaker slow=1s slow-rate=30%", Traffic{Rate: 40, Latency: 20 * ms, Takes: 2 * second}, 0.03, 80},
		{"more retries than tokens", "simple attempts=4 delay=10ms; budget burst=1 ratio=0%; breaker failures=20", Traffic{Rate: 10}, 0.2, 150},
	} {
		t.Run(c.name, func(t *testing.T) {
			figure := Opens(parse(t, c.text), c.traffic)
			assert.False(t, figure.Never)
			assert.InDelta(t, c.traffic.Rate*figure.After.Seconds(), figure.Calls, 1e-3*figure.Calls+1e-6)
			synctest.Test(t, func(t *testing.T) {
				after, calls := openings(t, c.text, c.traffic, c.trials)
				after.agrees(t, figure.After.Seconds(), c.off, "seconds")
				calls.agrees(t, figure.Calls, c.off*c.traffic.Rate, "calls")
			})
		})
	}
}

// openings returns when the breakers of processes opened and how many calls had begun. The
// dependency works for a while before, until a random time.
func openings(t *testing.T, text string, traffic Traffic, trials int) (after, calls sample) {
	var warm time.Duration
	if b := parse(t, text).Breaker; b.Rate > 0 || b.SlowRate > 0 {
		warm = 12 * time.Second
	}
	for i := range trials {
		p := newProcess(t, text, traffic, uint64(i))
		begins := time.Now().Add(warm + time.Duration(p.random.Int64N(int64(time.Second))))
		p.run(t.Context(), func() bool { return time.Now().Before(begins) })
		// Arrivals have no memory, so the outage may begin between two of them.
		p.mu.Lock()
		p.down = true
		p.mu.Unlock()
		start := time.Now()
		p.run(t.Context(), func() bool { return !p.isOpen() })
		p.stop()
		after = append(after, p.opened.Sub(start).Seconds())
		calls = append(calls, float64(p.atOpen.begun))
	}
	return after, calls
}

// With retries, a burst that may be spent before the breaker opens makes the figure one of
// first attempts, which come later.
func TestOpensWithoutTokens(t *testing.T) {
	traffic := Traffic{Rate: 10}
	few := Opens(parse(t, "simple attempts=4 delay=10ms; budget burst=1; breaker failures=20"), traffic)
	many := Opens(parse(t, "simple attempts=4 delay=10ms; budget burst=100; breaker failures=20"), traffic)
	assert.True(t, few.FirstAttempts)
	assert.False(t, many.FirstAttempts)
	assert.InDelta(t, 2, few.After.Seconds(), 1e-3)
	assert.Less(t, many.After, few.After)
}

func TestWindowThatIsTooSmall(t *testing.T) {
	p := parse(t, "timeout attempt=1s; breaker rate=50% min=20 window=10s")
	for rate, never := range map[float64]bool{1: true, 1.9: true, 2.3: false} {
		assert.Equal(t, never, Opens(p, Traffic{Rate: rate}).Never, "%v", rate)
	}
	healthy, failing, least := InWindow(p, Traffic{Rate: 1})
	assert.InDelta(t, 9.5, healthy, 1e-9)
	assert.InDelta(t, 9.5, failing, 1e-9)
	assert.Equal(t, 20, least)
	_, failing, _ = InWindow(parse(t, "simple attempts=3; breaker rate=50%"), Traffic{Rate: 1})
	assert.InDelta(t, 28.5, failing, 1e-6)
	_, _, least = InWindow(parse(t, "breaker rate=50% window=100"), Traffic{Rate: 1})
	assert.Zero(t, least, "a window of calls is always reached")

	// The real breaker agrees on which rates are too small.
	for _, rate := range []float64{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			opened := 0
			for i := range 40 {
				p := newProcess(t, "breaker rate=50% min=20 window=10s", Traffic{Rate: rate}, uint64(i))
				p.down = true
				end := time.Now().Add(30 * time.Second)
				p.run(t.Context(), func() bool { return time.Now().Before(end) })
				p.stop()
				if p.isOpen() {
					opened++
				}
			}
			if rate == 1 {
				assert.Less(t, opened, 4, "a random burst of calls may fill the window")
			} else {
				assert.Equal(t, 40, opened)
			}
		})
	}
}
