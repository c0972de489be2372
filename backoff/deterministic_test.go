package backoff_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/retrygen/retrygen/backoff"
)

const longest = time.Duration(math.MaxInt64)

func TestDeterministicEdges(t *testing.T) {
	list := []time.Duration{10 * ms, -ms, 30 * ms}
	tests := []struct {
		name     string
		strategy backoff.Strategy
		retry    int
		want     time.Duration
		reason   string
	}{
		{"simple negative", backoff.Simple{Interval: -ms}, 1, 0, "negative is no delay"},
		{"simple above max", backoff.Simple{Interval: 3 * ms, Max: 2 * ms}, 1, 2 * ms, "Max is a hard bound"},
		{"simple uncapped", backoff.Simple{Interval: longest}, 1, longest, "zero Max is uncapped"},
		{"simple negative max", backoff.Simple{Interval: time.Hour, Max: -1}, 1, time.Hour, "negative Max is uncapped"},

		{"schedule retry 0", backoff.Schedule{Delays: list}, 0, 10 * ms, "below 1 is 1"},
		{"schedule retry -1", backoff.Schedule{Delays: list}, math.MinInt, 10 * ms, "below 1 is 1"},
		{"schedule negative entry", backoff.Schedule{Delays: list}, 2, 0, "negative is no delay"},
		{"schedule beyond", backoff.Schedule{Delays: list}, math.MaxInt, 30 * ms, "the last entry"},
		{"schedule empty", backoff.Schedule{Max: ms}, 3, 0, "nothing to wait for"},

		{"linear retry 0", backoff.Linear{Base: ms}, 0, ms, "below 1 is 1"},
		{"linear negative", backoff.Linear{Base: -ms}, 5, 0, "negative is no delay"},
		{"linear at the largest", backoff.Linear{Base: longest / 7}, 7, longest / 7 * 7, "the last product that fits"},
		{"linear beyond the largest", backoff.Linear{Base: longest/7 + 1}, 7, longest, "the first that does not"},
		{"linear at max", backoff.Linear{Base: ms, Max: 7 * ms}, 7, 7 * ms, "equal is not above"},
		{"linear base above max", backoff.Linear{Base: 3 * ms, Max: 2 * ms}, 1, 2 * ms, "capped from the first"},
		{"linear last retry", backoff.Linear{Base: 1}, math.MaxInt, min(longest, math.MaxInt), "the product is the retry"},

		{"incremental retry 0", backoff.Incremental{Base: ms, Step: time.Hour}, 0, ms, "below 1 is 1"},
		{"incremental retry -1", backoff.Incremental{Base: ms, Step: time.Hour}, math.MinInt, ms, "no subtraction wraps around"},
		{"incremental no base", backoff.Incremental{Step: 2 * ms}, 3, 4 * ms, "starts at once"},
		{"incremental no step", backoff.Incremental{Base: ms}, 9, ms, "stays"},
		{"incremental negative step", backoff.Incremental{Base: ms, Step: -ms}, 9, ms, "never shrinks"},
		{"incremental negative base", backoff.Incremental{Base: -ms, Step: ms}, 2, ms, "negative is no delay"},
		{"incremental sum overflows", backoff.Incremental{Base: longest - 1, Step: 2}, 2, longest, "saturates"},
		{"incremental sum fits", backoff.Incremental{Base: longest - 1, Step: 1}, 2, longest, "the last sum that fits"},
		{"incremental product overflows", backoff.Incremental{Base: ms, Step: longest}, 3, longest, "saturates"},

		{"exponential retry 0", backoff.Exponential{Base: ms}, 0, ms, "below 1 is 1"},
		{"exponential retry -1", backoff.Exponential{Base: ms}, math.MinInt, ms, "never a negative exponent"},
		{"exponential no base", backoff.Exponential{Factor: math.Inf(1)}, 9, 0, "zero times infinity is zero"},
		{"exponential factor 1", backoff.Exponential{Base: ms, Factor: 1}, 9, ms, "steady"},
		{"exponential factor below 1", backoff.Exponential{Base: ms, Factor: 0.5}, 9, ms, "never shrinks"},
		{"exponential factor negative", backoff.Exponential{Base: ms, Factor: -2}, 2, ms, "never negative"},
		{"exponential factor -Inf", backoff.Exponential{Base: ms, Factor: math.Inf(-1)}, 2, ms, "never negative"},
		{"exponential factor NaN", backoff.Exponential{Base: ms, Factor: math.NaN()}, 2, ms, "steady"},
		{"exponential factor +Inf, first", backoff.Exponential{Base: ms, Factor: math.Inf(1), Max: time.Hour}, 1, ms, "base still"},
		{"exponential factor +Inf", backoff.Exponential{Base: ms, Factor: math.Inf(1), Max: time.Hour}, 2, time.Hour, "saturates"},
		{"exponential uncapped", backoff.Exponential{Base: ms}, 2000, longest, "the power is infinite"},
		{"exponential rounds", backoff.Exponential{Base: 100 * ms, Factor: 1.4}, 3, 196 * ms, "a float says 195.99999999999997"},
		{"exponential huge base", backoff.Exponential{Base: longest - 1}, 1, longest - 1, "not rounded by a float"},
		{"exponential last that fits", backoff.Exponential{Base: 1}, 63, 1 << 62, "2^62"},
		{"exponential first that does not", backoff.Exponential{Base: 1}, 64, longest, "2^63"},

		{"fibonacci retry 0", backoff.Fibonacci{Base: ms}, 0, ms, "below 1 is 1"},
		{"fibonacci no base", backoff.Fibonacci{}, math.MaxInt, 0, "and no endless loop"},
		{"fibonacci last that fits", backoff.Fibonacci{Base: 1}, 92, 7540113804746346429, "F(92)"},
		{"fibonacci first that does not", backoff.Fibonacci{Base: 1}, 93, longest, "F(93)"},
		{"fibonacci last retry", backoff.Fibonacci{Base: 1, Max: time.Hour}, math.MaxInt, time.Hour, "saturates early"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.strategy.Delay(tt.retry, 0, 0), tt.reason)
		})
	}
}

// Whole multiples of the base stay whole. A log with 1.599999999s instead of 1.6s would
// look like a bug.
func TestExponentialIsExact(t *testing.T) {
	for _, factor := range []int64{2, 3, 10} {
		s := backoff.Exponential{Base: 100 * ms, Factor: float64(factor)}
		want, n := 100*ms, 0
		for retry := 1; want < 100*24*time.Hour; retry++ {
			assert.Equal(t, want, s.Delay(retry, 0, 0), "factor %d, retry %d", factor, retry)
			want *= time.Duration(factor)
			n++
		}
		assert.Greater(t, n, 7, "the loop covered the range for factor %d", factor)
	}
}

// The same formulas, computed with integers that cannot overflow.
func TestDeterministicModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Widths are drawn first, so that small and huge values meet.
		duration := rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64().Draw(t, "bits") & math.MaxInt64 >> rapid.IntRange(0, 62).Draw(t, "shift"))
		})
		base, step, most := duration.Draw(t, "base"), duration.Draw(t, "step"), duration.Draw(t, "max")
		retry := rapid.IntRange(1, math.MaxInt32).Draw(t, "retry")

		bound := big.NewInt(int64(most))
		if most == 0 {
			bound.SetInt64(math.MaxInt64)
		}
		capped := func(x *big.Int) time.Duration {
			if x.Cmp(bound) > 0 {
				x = bound
			}
			return time.Duration(x.Int64())
		}
		n, b := big.NewInt(int64(retry)), big.NewInt(int64(base))

		linear := new(big.Int).Mul(b, n)
		assert.Equal(t, capped(linear), backoff.Linear{Base: base, Max: most}.Delay(retry, 0, 0), "linear")

		incremental := new(big.Int).Mul(big.NewInt(int64(step)), new(big.Int).Sub(n, big.NewInt(1)))
		incremental.Add(incremental, b)
		assert.Equal(t, capped(incremental), backoff.Incremental{Base: base, Step: step, Max: most}.Delay(retry, 0, 0), "incremental")

		f, next := big.NewInt(1), big.NewInt(1)
		for range min(retry, 200) - 1 { // F(200) is above any Duration
			f, next = next, f.Add(f, next)
		}
		fibonacci := new(big.Int).Mul(b, f)
		assert.Equal(t, capped(fibonacci), backoff.Fibonacci{Base: base, Max: most}.Delay(retry, 0, 0), "fibonacci")
	})
}
