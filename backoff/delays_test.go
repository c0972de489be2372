package backoff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
)

// The delays before six retries in milliseconds, with a base of 100ms, a step of 200ms and a
// maximum of 2s. The documentation shows the same numbers.
func TestDelays(t *testing.T) {
	const base, most = 100 * ms, 2 * time.Second
	type span struct{ least, most int64 }
	exact := func(delays ...int64) []span {
		var spans []span
		for _, d := range delays {
			spans = append(spans, span{d, d})
		}
		return spans
	}
	tests := []struct {
		name     string
		strategy backoff.Strategy
		want     []span
		reason   string
	}{
		{
			"simple", backoff.Simple{Interval: base, Max: most},
			exact(100, 100, 100, 100, 100, 100), "never grows",
		},
		{
			"linear", backoff.Linear{Base: base, Max: most},
			exact(100, 200, 300, 400, 500, 600), "grows by the base",
		},
		{
			"incremental", backoff.Incremental{Base: base, Step: 200 * ms, Max: most},
			exact(100, 300, 500, 700, 900, 1100), "grows by the step, which is not the base",
		},
		{
			"exponential", backoff.Exponential{Base: base, Max: most},
			exact(100, 200, 400, 800, 1600, 2000), "the exponent is 0 at retry 1; capped at 6",
		},
		{
			"randomized exponential", backoff.RandomizedExponential{Base: base, Max: most, Spread: 0.5},
			[]span{{50, 150}, {100, 300}, {200, 600}, {400, 1200}, {667, 2000}, {667, 2000}}, "the middle is capped at 1333",
		},
		{
			"linear jitter", backoff.LinearJitter{Base: base, Max: most, Spread: 0.25},
			[]span{{75, 125}, {150, 250}, {225, 375}, {300, 500}, {375, 625}, {450, 750}}, "a quarter to either side",
		},
		{
			"exponential jitter full", backoff.ExponentialJitter{Base: base, Max: most},
			[]span{{0, 100}, {0, 200}, {0, 400}, {0, 800}, {0, 1600}, {0, 2000}}, "from zero without Min",
		},
		{
			"exponential jitter equal", backoff.ExponentialJitter{Base: base, Max: most, Jitter: backoff.EqualJitter},
			[]span{{50, 100}, {100, 200}, {200, 400}, {400, 800}, {800, 1600}, {1000, 2000}}, "half is sure",
		},
		{
			"exponential jitter decorrelated", backoff.ExponentialJitter{Base: base, Max: most, Jitter: backoff.DecorrelatedJitter},
			[]span{{100, 300}, {100, 900}, {100, 2000}, {100, 2000}, {100, 2000}, {100, 2000}}, "three times the longest before",
		},
		{
			"fibonacci", backoff.Fibonacci{Base: base, Max: most},
			exact(100, 100, 200, 300, 500, 800), "F starts 1, 1",
		},
		{
			"schedule", backoff.Schedule{Delays: []time.Duration{base, 700 * ms, 3 * time.Second, 200 * ms}, Max: most},
			exact(100, 700, 2000, 200, 200, 200), "capped within the list, the last entry beyond it",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []span
			var shortest, longest time.Duration
			for n := range tt.want {
				shortest = tt.strategy.Delay(n+1, shortest, 0)
				longest = tt.strategy.Delay(n+1, longest, nearlyOne)
				got = append(got, span{shortest.Round(ms).Milliseconds(), longest.Round(ms).Milliseconds()})
			}
			assert.Equal(t, tt.want, got, tt.reason)
		})
	}
}
