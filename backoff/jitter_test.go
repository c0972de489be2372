package backoff_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
)

// The shape of every range, measured with evenly spaced draws: its ends, its mean, and the
// same number of delays in each tenth. A bound that is applied after the draw would put too
// many into the last tenth.
func TestJitterIsUniform(t *testing.T) {
	const (
		draws = 10_000
		base  = 100 * ms
		most  = 2 * time.Second
	)
	var (
		randomized   = backoff.RandomizedExponential{Base: base, Max: most, Spread: 0.5}
		whole        = backoff.RandomizedExponential{Base: base, Max: most, Spread: 1}
		linear       = backoff.LinearJitter{Base: base, Max: most, Spread: 0.25}
		full         = backoff.ExponentialJitter{Base: base, Max: most}
		least        = backoff.ExponentialJitter{Base: base, Max: most, Min: 300 * ms}
		equal        = backoff.ExponentialJitter{Base: base, Max: most, Jitter: backoff.EqualJitter}
		decorrelated = backoff.ExponentialJitter{Base: base, Max: most, Jitter: backoff.DecorrelatedJitter}
	)
	tests := []struct {
		name        string
		strategy    backoff.Strategy
		retry       int
		prev        time.Duration
		least, most time.Duration
		reason      string
	}{
		{"randomized, first", randomized, 1, 0, 50 * ms, 150 * ms, "half to either side"},
		{"randomized, grown", randomized, 4, 0, 400 * ms, 1200 * ms, "below the bound"},
		{"randomized, at max", randomized, 50, 0, most / 3, most, "the middle is max/1.5"},
		{"randomized, spread 1", whole, 3, 0, 0, 800 * ms, "from nothing to double"},
		{"randomized, spread 1, at max", whole, 50, 0, 0, most, "the middle is max/2"},
		{"linear, first", linear, 1, 0, 75 * ms, 125 * ms, "a quarter to either side"},
		{"linear, at max", linear, 50, 0, 1200 * ms, most, "the middle is max/1.25"},
		{"full, first", full, 1, 0, 0, base, "from zero"},
		{"full, at max", full, 50, 0, 0, most, "from zero still"},
		{"full with Min", least, 4, 0, 300 * ms, 800 * ms, "Min moves the lower end only"},
		{"full with Min, at max", least, 50, 0, 300 * ms, most, "Min moves the lower end only"},
		{"equal, first", equal, 1, 0, 50 * ms, 100 * ms, "half is sure"},
		{"equal, at max", equal, 50, 0, most / 2, most, "half is sure"},
		{"decorrelated, first", decorrelated, 1, 0, base, 300 * ms, "as if base had been before"},
		{"decorrelated, grown", decorrelated, 3, 400 * ms, base, 1200 * ms, "three times the one before"},
		{"decorrelated, at max", decorrelated, 50, 1900 * ms, base, most, "not three times 1.9s cut off at 2s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			width := float64(tt.most - tt.least)
			shortest, longest := time.Duration(math.MaxInt64), time.Duration(0)
			sum := 0.0
			var tenths [10]int
			distinct := make(map[time.Duration]bool)
			for i := range draws {
				d := tt.strategy.Delay(tt.retry, tt.prev, (float64(i)+0.5)/draws)
				shortest, longest = min(shortest, d), max(longest, d)
				sum += float64(d)
				distinct[d] = true
				tenths[min(max(int(10*float64(d-tt.least)/width), 0), 9)]++
			}

			step := width / draws // half of it is missing at each end
			assert.InDelta(t, float64(tt.least), float64(shortest), step, "shortest: %s", tt.reason)
			assert.InDelta(t, float64(tt.most), float64(longest), step, "longest: %s", tt.reason)
			assert.GreaterOrEqual(t, shortest, tt.least, tt.reason)
			assert.Less(t, longest, tt.most, "no delay is the bound itself")
			assert.InDelta(t, float64(tt.least+tt.most)/2, sum/draws, 2, "mean, to the nanoseconds that a draw drops")
			assert.Len(t, distinct, draws, "every draw counts")
			for i, count := range tenths {
				assert.InDelta(t, draws/10, count, 1, "delays in tenth %d of the range", i+1)
			}
		})
	}
}

func TestJitterEdges(t *testing.T) {
	const base = 100 * ms
	tests := []struct {
		name     string
		strategy backoff.Strategy
		retry    int
		prev     time.Duration
		u        float64
		want     time.Duration
		reason   string
	}{
		{"spread above 1", backoff.RandomizedExponential{Base: base, Spread: 7}, 1, 0, 0, 0, "1, and never negative"},
		{"spread +Inf", backoff.LinearJitter{Base: base, Spread: math.Inf(1)}, 1, 0, 0.5, base, "1, so the middle is base"},
		{"spread NaN", backoff.LinearJitter{Base: base, Spread: math.NaN()}, 2, 0, 0.9, 2 * base, "none"},
		{"spread negative", backoff.RandomizedExponential{Base: base, Spread: -0.5}, 2, 0, 0.9, 2 * base, "none"},
		{"no spread, at max", backoff.RandomizedExponential{Base: base, Max: 150 * ms}, 2, 0, 0.9, 150 * ms, "as without jitter"},
		{"no spread, uncapped", backoff.LinearJitter{Base: longest - 1}, 1, 0, 0.9, longest - 1, "exact beyond a float"},
		{"spread uncapped", backoff.LinearJitter{Base: longest, Spread: 1}, 1, 0, 0, 0, "the range ends at the largest"},
		{"linear retry 0", backoff.LinearJitter{Base: base, Spread: 0.5}, 0, 0, 0, 50 * ms, "below 1 is 1"},

		{"u 1", backoff.ExponentialJitter{Base: 1000}, 1, 0, 1, 999, "the nearest below 1"},
		{"u above 1", backoff.ExponentialJitter{Base: 1000}, 1, 0, 1e300, 999, "the nearest below 1"},
		{"u +Inf", backoff.ExponentialJitter{Base: 1000}, 1, 0, math.Inf(1), 999, "the nearest below 1"},
		{"u negative", backoff.ExponentialJitter{Base: 1000}, 1, 0, -0.5, 0, "0"},
		{"u NaN", backoff.ExponentialJitter{Base: 1000, Min: 10}, 1, 0, math.NaN(), 10, "0"},

		{"full, Min above base", backoff.ExponentialJitter{Base: base, Min: 150 * ms}, 1, 0, 0.9, 150 * ms, "Min until the range has grown over it"},
		{"full, Min above max", backoff.ExponentialJitter{Base: base, Min: time.Hour, Max: base}, 5, 0, 0.9, base, "Max is the harder bound"},
		{"full, negative Min", backoff.ExponentialJitter{Base: base, Min: -time.Hour}, 1, 0, 0, 0, "none"},
		{"full, factor", backoff.ExponentialJitter{Base: base, Factor: 3}, 3, 0, 0.5, 450 * ms, "half of 900ms"},
		{"equal, Min", backoff.ExponentialJitter{Base: base, Min: time.Hour, Jitter: backoff.EqualJitter}, 1, 0, 0, 50 * ms, "Min is for full only"},
		{"equal, factor", backoff.ExponentialJitter{Base: base, Factor: 3, Jitter: backoff.EqualJitter}, 3, 0, 0, 450 * ms, "half of 900ms"},
		{"unknown jitter", backoff.ExponentialJitter{Base: base, Min: 60 * ms, Jitter: 7}, 1, 0, 0.5, 80 * ms, "full, Min included"},

		{"decorrelated, Min", backoff.ExponentialJitter{Base: base, Min: time.Hour, Jitter: backoff.DecorrelatedJitter}, 1, 0, 0, base, "Min is for full only"},
		{"decorrelated, factor", backoff.ExponentialJitter{Base: base, Factor: 9, Jitter: backoff.DecorrelatedJitter}, 3, base, 0.5, 200 * ms, "Factor does not count"},
		{"decorrelated, prev below base", backoff.ExponentialJitter{Base: base, Jitter: backoff.DecorrelatedJitter}, 2, 1, 0.5, 200 * ms, "base"},
		{"decorrelated, prev negative", backoff.ExponentialJitter{Base: base, Jitter: backoff.DecorrelatedJitter}, 2, math.MinInt64, 0.5, 200 * ms, "base"},
		{"decorrelated, prev above max", backoff.ExponentialJitter{Base: base, Max: 300 * ms, Jitter: backoff.DecorrelatedJitter}, 2, longest, 0.5, 200 * ms, "the range ends at Max"},
		{"decorrelated, base above max", backoff.ExponentialJitter{Base: time.Hour, Max: base, Jitter: backoff.DecorrelatedJitter}, 1, 0, 0.5, base, "Max is the harder bound"},
		{"decorrelated, no base", backoff.ExponentialJitter{Jitter: backoff.DecorrelatedJitter}, 2, time.Hour, 0.5, 0, "no delay"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.strategy.Delay(tt.retry, tt.prev, tt.u), tt.reason)
		})
	}
}

func TestJitterString(t *testing.T) {
	assert.Equal(t, "full", backoff.FullJitter.String())
	assert.Equal(t, "equal", backoff.EqualJitter.String())
	assert.Equal(t, "decorrelated", backoff.DecorrelatedJitter.String())
	assert.Equal(t, "Jitter(7)", backoff.Jitter(7).String(), "a value that has no name shows itself")
	assert.Equal(t, backoff.FullJitter, backoff.Jitter(0), "the zero value is full jitter")
}
