package figures

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// Calls that are under way while the dependency hangs.
func TestHangs(t *testing.T) {
	const second = time.Second
	for _, c := range []struct {
		name, text string
		traffic    Traffic
		guarded    bool
	}{
		{"one attempt", "timeout attempt=2s", Traffic{Rate: 10, Takes: 2 * second}, false},
		{"with retries", "exponential-jitter attempts=3 base=1s max=2s; timeout attempt=1s; budget off", Traffic{Rate: 10, Takes: second}, false},
		{"cut by the total timeout", "exponential-jitter attempts=9 base=1s; timeout attempt=1s total=4s; budget off", Traffic{Rate: 10, Takes: second}, false},
		{"more attempts than are followed", "simple attempts=100 delay=20ms; timeout attempt=20ms; budget off", Traffic{Rate: 0.2, Takes: 20 * time.Millisecond}, false},
		{"guarded", "exponential-jitter attempts=4 base=1s; timeout attempt=1s; budget; breaker failures=5", Traffic{Rate: 30, Takes: second}, true},
		{"guarded, one attempt", "timeout attempt=1s; breaker failures=20 cooldown=1m", Traffic{Rate: 30, Takes: second}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			figure := Hangs(parse(t, c.text), c.traffic)
			synctest.Test(t, func(t *testing.T) {
				if c.guarded {
					atOpening(t, c.text, c.traffic).agrees(t, figure.Guarded, 1, "in flight") // the call that opens it may just have ended
					return
				}
				assert.Equal(t, figure.InFlight, figure.Guarded)
				underWay(t, c.text, c.traffic).agrees(t, figure.InFlight, 0, "in flight")
			})
		})
	}
}

// atOpening returns how many calls are under way when the breaker opens.
func atOpening(t *testing.T, text string, traffic Traffic) (s sample) {
	for i := range 200 {
		p := newProcess(t, text, traffic, uint64(i))
		p.down = true
		p.run(t.Context(), func() bool { return !p.isOpen() })
		p.stop()
		s = append(s, float64(p.atOpen.inFlight))
	}
	return s
}

// underWay looks at a process now and then.
func underWay(t *testing.T, text string, traffic Traffic) (s sample) {
	p := newProcess(t, text, traffic, 5)
	p.down = true
	for range 150 {
		const longerThanAnyCall = 20 * time.Second
		end := time.Now().Add(longerThanAnyCall)
		time.AfterFunc(longerThanAnyCall, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			s = append(s, float64(p.inFlight))
		})
		p.run(t.Context(), func() bool { return time.Now().Before(end) })
	}
	p.stop() // the last look is over, because it came before the last call
	return s
}

func TestHangsWithoutEnd(t *testing.T) {
	endless := parse(t, "simple attempts=unlimited delay=1s; budget off")
	assert.Equal(t, Hang{CallTakes: math.MaxInt64, InFlight: math.Inf(1), Guarded: math.Inf(1)}, Hangs(endless, Traffic{Rate: 1}))
	_, failing, _ := InWindow(parse(t, "simple attempts=unlimited delay=1s; budget off; breaker rate=50%"), Traffic{Rate: 1})
	assert.Equal(t, math.Inf(1), failing)
	bounded := parse(t, "simple attempts=unlimited delay=1s; budget off; timeout total=5m")
	assert.InDelta(t, 300, Hangs(bounded, Traffic{Rate: 1}).InFlight, 1)
}
