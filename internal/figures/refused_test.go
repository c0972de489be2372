package figures

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

// The share of the calls that an open breaker refuses, by the real one.
func TestRefused(t *testing.T) {
	const second, ms = time.Second, time.Millisecond
	for _, c := range []struct {
		name, text string
		traffic    Traffic
	}{
		{"fails at once", "breaker failures=1 cooldown=5s", Traffic{Rate: 2}},
		{"hangs", "timeout attempt=1s; breaker failures=1 cooldown=5s", Traffic{Rate: 2, Takes: second}},
		{"several probes", "timeout attempt=1s; breaker failures=1 cooldown=3s probes=3", Traffic{Rate: 2, Takes: second}},
		{"with retries", "exponential-jitter attempts=4 base=50ms; budget; breaker failures=1 cooldown=5s", Traffic{Rate: 1, Takes: 20 * ms}},
		{"a cooldown that grows", "breaker failures=1 cooldown=1s max-cooldown=8s", Traffic{Rate: 2, Takes: 20 * ms}},
	} {
		t.Run(c.name, func(t *testing.T) {
			figure, ok := Refused(parse(t, c.text).Breaker, c.traffic)
			require.True(t, ok)
			synctest.Test(t, func(t *testing.T) {
				refusals(t, c.text, c.traffic).agrees(t, figure, 0, "refused")
			})
		})
	}
	_, ok := Refused(policy.Breaker{Cooldown: second}, Traffic{Rate: 1, Takes: second})
	assert.False(t, ok, "a probe that takes as long as the cooldown")
}

// refusals returns the shares of the calls that were refused in long outages.
func refusals(t *testing.T, text string, traffic Traffic) (s sample) {
	for i := range 20 {
		p := newProcess(t, text, traffic, uint64(i))
		p.down = true
		settled := time.Now().Add(time.Minute) // the cooldown has grown, and no round begins here
		p.run(t.Context(), func() bool { return time.Now().Before(settled) })
		p.mu.Lock()
		begun, admitted := p.begun, p.admitted
		p.mu.Unlock()
		end := time.Now().Add(12 * time.Minute)
		p.run(t.Context(), func() bool { return time.Now().Before(end) })
		p.stop()
		s = append(s, 1-float64(p.admitted-admitted)/float64(p.begun-begun))
	}
	return s
}

func TestFewer(t *testing.T) {
	for _, c := range []struct {
		most       int
		mean, want float64
	}{
		{0, 2, 0}, {1, 2, 1 - math.Exp(-2)}, {1000, 2, 2}, {3, 1e6, 3}, {2, 0, 0},
	} {
		assert.InDelta(t, c.want, fewer(c.most, c.mean), 1e-9)
	}
}
