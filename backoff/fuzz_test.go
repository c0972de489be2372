package backoff_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
)

// FuzzDelay looks for fields and arguments that give a delay out of bounds.
func FuzzDelay(f *testing.F) {
	durations := []int64{0, 1, -1, int64(100 * ms), math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, 1<<53 + 1, math.MaxInt64 / 3}
	numbers := []float64{0, 1, 2, 1.5, 0.5, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, nearlyOne}
	retries := []int{1, 0, -1, 2, 3, 64, 93, 1024, math.MaxInt32, math.MinInt32, math.MaxInt, math.MinInt}
	for i, base := range durations {
		for j, x := range numbers {
			for k, most := range durations {
				at := i + j + k
				f.Add(base, durations[(at+j)%len(durations)], most, durations[(at+k)%len(durations)], uint8(at),
					x, numbers[at%len(numbers)], retries[at%len(retries)], durations[(at+i)%len(durations)], numbers[(at+k)%len(numbers)])
			}
		}
	}
	f.Fuzz(func(t *testing.T, base, second, limit, least int64, jitter uint8, factor, spread float64, retry int, before int64, u float64) {
		b, step, most, floor := time.Duration(base), time.Duration(second), time.Duration(limit), time.Duration(least)
		prev := time.Duration(before)
		bound := most
		if most <= 0 {
			bound = math.MaxInt64
		}
		strategies := []backoff.Strategy{
			backoff.Simple{Interval: b, Max: most},
			backoff.Schedule{Delays: []time.Duration{b, step, floor}, Max: most},
			backoff.Linear{Base: b, Max: most},
			backoff.Incremental{Base: b, Step: step, Max: most},
			backoff.Exponential{Base: b, Factor: factor, Max: most},
			backoff.Fibonacci{Base: b, Max: most},
			backoff.RandomizedExponential{Base: b, Factor: factor, Max: most, Spread: spread},
			backoff.LinearJitter{Base: b, Max: most, Spread: spread},
			backoff.ExponentialJitter{Base: b, Factor: factor, Max: most, Min: floor, Jitter: backoff.FullJitter},
			backoff.ExponentialJitter{Base: b, Factor: factor, Max: most, Min: floor, Jitter: backoff.EqualJitter},
			backoff.ExponentialJitter{Base: b, Factor: factor, Max: most, Min: floor, Jitter: backoff.DecorrelatedJitter},
			backoff.ExponentialJitter{Base: b, Factor: factor, Max: most, Min: floor, Jitter: backoff.Jitter(jitter)},
		}
		for _, s := range strategies {
			d := s.Delay(retry, prev, u)
			require.GreaterOrEqual(t, d, time.Duration(0), "%#v", s)
			require.LessOrEqual(t, d, bound, "%#v", s)
			require.Equal(t, bound, backoff.Cap(s), "%#v", s)
			require.Equal(t, d, s.Delay(retry, prev, u), "the same again: %#v", s)

			lower, upper := s.Delay(retry, prev, 0), s.Delay(retry, prev, nearlyOne)
			require.LessOrEqual(t, lower, d, "%#v", s)
			require.GreaterOrEqual(t, upper, d, "%#v", s)
			if !backoff.Jittered(s) {
				require.Equal(t, lower, upper, "not jittered: %#v", s)
			}
			checkFormula(t, s, retry, lower)
		}
	})
}

// checkFormula checks what holds for some strategies only.
func checkFormula(t *testing.T, s backoff.Strategy, retry int, lower time.Duration) {
	switch s := s.(type) {
	case backoff.Linear, backoff.Incremental, backoff.Exponential, backoff.Fibonacci:
		if retry < math.MaxInt {
			require.GreaterOrEqual(t, s.Delay(retry+1, 0, 0), lower, "never shrinks: %#v", s)
		}
	case backoff.ExponentialJitter:
		switch s.Jitter {
		case backoff.FullJitter:
			require.Equal(t, min(max(s.Min, 0), backoff.Cap(s)), lower, "full starts at Min: %#v", s)
		case backoff.DecorrelatedJitter:
			require.Equal(t, min(max(s.Base, 0), backoff.Cap(s)), lower, "decorrelated starts at Base: %#v", s)
		}
	}
}
