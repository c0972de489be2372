package backoff_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
)

const ms = time.Millisecond

// nearlyOne is the largest u that a caller may draw.
var nearlyOne = math.Nextafter(1, 0)

// foreign is a strategy of another package. It embeds one of ours.
type foreign struct{ backoff.Simple }

func (foreign) Delay(_ int, _ time.Duration, u float64) time.Duration {
	return time.Duration(u * float64(time.Hour))
}

func TestJittered(t *testing.T) {
	tests := []struct {
		name     string
		strategy backoff.Strategy
		want     bool
		reason   string
	}{
		{"simple", backoff.Simple{Interval: ms}, false, "no formula with u"},
		{"schedule", backoff.Schedule{Delays: []time.Duration{ms}}, false, "no formula with u"},
		{"linear", backoff.Linear{Base: ms}, false, "no formula with u"},
		{"incremental", backoff.Incremental{Base: ms, Step: ms}, false, "no formula with u"},
		{"exponential", backoff.Exponential{Base: ms}, false, "no formula with u"},
		{"fibonacci", backoff.Fibonacci{Base: ms}, false, "no formula with u"},
		{"randomized exponential", backoff.RandomizedExponential{Base: ms, Spread: 0.5}, true, "a range"},
		{"randomized exponential, no spread", backoff.RandomizedExponential{Base: ms}, false, "the range is one point"},
		{"randomized exponential, spread NaN", backoff.RandomizedExponential{Base: ms, Spread: math.NaN()}, false, "NaN is no spread"},
		{"randomized exponential, no base", backoff.RandomizedExponential{Spread: 0.5}, false, "half of nothing"},
		{"randomized exponential, uncapped", backoff.RandomizedExponential{Base: ms, Spread: 0.6}, true, "rounding does not take the range beyond the largest Duration"},
		{"linear jitter", backoff.LinearJitter{Base: ms, Spread: 0.25}, true, "a range"},
		{"linear jitter, negative spread", backoff.LinearJitter{Base: ms, Spread: -1}, false, "negative is no spread"},
		{"linear jitter, no base", backoff.LinearJitter{Spread: 0.25}, false, "a quarter of nothing"},
		{"full", backoff.ExponentialJitter{Base: ms}, true, "a range"},
		{"full, no base", backoff.ExponentialJitter{Min: ms}, false, "always Min"},
		{"full, Min at Max", backoff.ExponentialJitter{Base: ms, Min: 2 * ms, Max: 2 * ms}, false, "nothing between them"},
		{"full, Min above base", backoff.ExponentialJitter{Base: ms, Min: 2 * ms, Max: 4 * ms}, true, "not yet at retry 1, but later"},
		{"full, Min above base, steady", backoff.ExponentialJitter{Base: ms, Min: 2 * ms, Factor: 1}, false, "never reaches Min"},
		{"equal", backoff.ExponentialJitter{Base: ms, Jitter: backoff.EqualJitter}, true, "a range"},
		{"equal, no base", backoff.ExponentialJitter{Min: ms, Jitter: backoff.EqualJitter}, false, "Min is for full only"},
		{"decorrelated", backoff.ExponentialJitter{Base: ms, Jitter: backoff.DecorrelatedJitter}, true, "a range"},
		{"decorrelated, no base", backoff.ExponentialJitter{Max: ms, Jitter: backoff.DecorrelatedJitter}, false, "it grows from Base"},
		{"decorrelated, base at max", backoff.ExponentialJitter{Base: ms, Max: ms, Jitter: backoff.DecorrelatedJitter}, false, "always Max"},
		{"foreign", foreign{}, true, "only its author knows, even if it embeds one of ours"},
		{"pointer", &backoff.Simple{}, true, "not one of the value types"},
		{"nil", nil, true, "no panic"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, backoff.Jittered(tt.strategy), tt.reason)
		})
	}
}

func TestCap(t *testing.T) {
	const uncapped = time.Duration(math.MaxInt64)
	tests := []struct {
		name   string
		with   func(most time.Duration) backoff.Strategy
		reason string
	}{
		{"simple", func(d time.Duration) backoff.Strategy { return backoff.Simple{Interval: 9 * time.Hour, Max: d} }, "a delay above Max does not raise it"},
		{"schedule", func(d time.Duration) backoff.Strategy {
			return backoff.Schedule{Delays: []time.Duration{ms}, Max: d}
		}, "the bound is Max, not the longest entry"},
		{"linear", func(d time.Duration) backoff.Strategy { return backoff.Linear{Max: d} }, "no base changes nothing"},
		{"incremental", func(d time.Duration) backoff.Strategy { return backoff.Incremental{Max: d} }, "no base changes nothing"},
		{"exponential", func(d time.Duration) backoff.Strategy { return backoff.Exponential{Max: d} }, "no base changes nothing"},
		{"fibonacci", func(d time.Duration) backoff.Strategy { return backoff.Fibonacci{Max: d} }, "no base changes nothing"},
		{"randomized exponential", func(d time.Duration) backoff.Strategy {
			return backoff.RandomizedExponential{Max: d, Spread: 0.5}
		}, "the bound of the range, not of its middle"},
		{"linear jitter", func(d time.Duration) backoff.Strategy { return backoff.LinearJitter{Max: d, Spread: 0.5} }, "the bound of the range, not of its middle"},
		{"exponential jitter", func(d time.Duration) backoff.Strategy {
			return backoff.ExponentialJitter{Min: time.Hour, Max: d}
		}, "Min does not raise it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, 2*time.Second, backoff.Cap(tt.with(2*time.Second)), tt.reason)
			assert.Equal(t, uncapped, backoff.Cap(tt.with(0)), "zero is uncapped")
			assert.Equal(t, uncapped, backoff.Cap(tt.with(-1)), "negative is uncapped")
		})
	}
	t.Run("foreign", func(t *testing.T) {
		assert.Equal(t, uncapped, backoff.Cap(foreign{backoff.Simple{Max: ms}}), "Max of an embedded strategy may not hold")
		assert.Equal(t, uncapped, backoff.Cap(&backoff.Simple{Max: ms}), "not one of the value types")
		assert.Equal(t, uncapped, backoff.Cap(nil), "no panic")
	})
}

// A zero strategy never waits, whatever the caller passes.
func TestZeroValues(t *testing.T) {
	for _, zero := range []backoff.Strategy{
		backoff.Simple{}, backoff.Schedule{}, backoff.Linear{}, backoff.Incremental{}, backoff.Exponential{}, backoff.Fibonacci{},
		backoff.RandomizedExponential{}, backoff.LinearJitter{}, backoff.ExponentialJitter{},
		backoff.ExponentialJitter{Jitter: backoff.EqualJitter}, backoff.ExponentialJitter{Jitter: backoff.DecorrelatedJitter},
	} {
		for _, retry := range []int{1, 2, math.MaxInt} {
			assert.Zero(t, zero.Delay(retry, time.Hour, nearlyOne), "%#v, retry %d", zero, retry)
		}
	}
}

func TestDelayDoesNotAllocate(t *testing.T) {
	var (
		sum           time.Duration
		simple        = backoff.Simple{Interval: ms}
		schedule      = backoff.Schedule{Delays: []time.Duration{ms, 2 * ms}}
		linear        = backoff.Linear{Base: ms}
		incremental   = backoff.Incremental{Base: ms, Step: ms}
		exponential   = backoff.Exponential{Base: ms}
		fibonacci     = backoff.Fibonacci{Base: ms}
		randomized    = backoff.RandomizedExponential{Base: ms, Spread: 0.5}
		linearJitter  = backoff.LinearJitter{Base: ms, Spread: 0.5}
		full          = backoff.ExponentialJitter{Base: ms}
		behindAnyType = []backoff.Strategy{simple, schedule, linear, incremental, exponential, fibonacci, randomized, linearJitter, full}
	)
	values := testing.AllocsPerRun(100, func() {
		sum += simple.Delay(3, ms, 0.5) + schedule.Delay(3, ms, 0.5) + linear.Delay(3, ms, 0.5) +
			incremental.Delay(3, ms, 0.5) + exponential.Delay(3, ms, 0.5) + fibonacci.Delay(3, ms, 0.5) +
			randomized.Delay(3, ms, 0.5) + linearJitter.Delay(3, ms, 0.5) + full.Delay(3, ms, 0.5)
	})
	assert.Zero(t, values, "on the values")

	interfaces := testing.AllocsPerRun(100, func() {
		for _, s := range behindAnyType {
			sum += s.Delay(3, ms, 0.5) + backoff.Cap(s)>>8
			if backoff.Jittered(s) {
				sum++
			}
		}
	})
	assert.Zero(t, interfaces, "through the interface, with Cap and Jittered")
	assert.NotZero(t, sum, "the delays were computed")
}
