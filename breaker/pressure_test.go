package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPressure(t *testing.T) {
	rate := Config{Rate: 50 * Percent, Min: 10, WindowCalls: 100}
	slow := Config{Failures: 10, Slow: time.Second, SlowRate: 50 * Percent, Min: 10}
	for _, tt := range []struct {
		name            string
		config          Config
		good, bad, slow int
		want            float64
	}{
		{"nothing yet", Config{}, 0, 0, 0, 0},
		{"consecutive failures", Config{}, 3, 4, 0, 0.8},
		{"no attempt in the window", rate, 0, 0, 0, 0},
		{"successes only", rate, 50, 0, 0, 0},
		{"half of the share, enough attempts", rate, 15, 5, 0, 0.5},
		{"all of the share, half of the attempts", rate, 2, 3, 0, 0.5},
		{"more than the share, and not enough attempts", rate, 0, 9, 0, 0.9},
		{"slow attempts", slow, 15, 0, 5, 0.5},
		{"consecutive failures above slow attempts", slow, 20, 6, 0, 0.6},
		{"slow attempts above consecutive failures", slow, 0, 1, 4, 0.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(tt.config)
				mixed(b, tt.good, tt.bad)
				for range tt.slow {
					slowly(b, time.Second, Success)
				}
				assert.InDelta(t, tt.want, b.Snapshot().Pressure, 1e-9)
			})
		})
	}
}

// Only a closed breaker that is not forced is on its way to opening.
func TestPressureOfOtherStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 2, Cooldown: time.Second})
		none := func() {
			t.Helper()
			assert.Zero(t, b.Snapshot().Pressure, b.Snapshot())
		}
		fail(b, 1)
		assert.Equal(t, 0.5, b.Snapshot().Pressure)
		b.ForceClose()
		none()
		b.ForceOpen()
		none()
		b.Reset()
		fail(b, 2)
		none()
		time.Sleep(time.Second)
		allowed(t, b)
		none()
	})
}

// A window can hold what opens a breaker before anybody has looked.
func TestPressureIsAtMostOne(t *testing.T) {
	c := Config{Rate: 10 * Percent, Min: 1}
	assert.Equal(t, 1.0, c.pressure(0, tally{calls: 5, failures: 5}))
}
