package explain

import (
	"math"
	rand "math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

const ms = time.Millisecond

func parsePolicy(t *testing.T, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return p
}

func TestWaits(t *testing.T) {
	for _, test := range []struct {
		name, text string
		delays     []Delay
		total      Delay
	}{
		{"no retry", "simple attempts=1", nil, Delay{}},
		{"no strategy", "timeout total=1s", nil, Delay{}},
		{"the mean of what is fixed is exact", "linear attempts=3 base=33ns", []Delay{{33, 33, 33}, {66, 66, 66}}, Delay{99, 99, 99}},
		{
			"full jitter", "exponential-jitter attempts=4 base=100ms",
			[]Delay{{0, 50 * ms, 100 * ms}, {0, 100 * ms, 200 * ms}, {0, 200 * ms, 400 * ms}},
			Delay{0, 350 * ms, 700 * ms},
		},
		{
			"min moves the mean", "exponential-jitter attempts=2 base=100ms min=50ms",
			[]Delay{{50 * ms, 75 * ms, 100 * ms}}, Delay{50 * ms, 75 * ms, 100 * ms},
		},
		{
			"equal jitter", "exponential-jitter attempts=3 base=100ms jitter=equal",
			[]Delay{{50 * ms, 75 * ms, 100 * ms}, {100 * ms, 150 * ms, 200 * ms}}, Delay{150 * ms, 225 * ms, 300 * ms},
		},
		{
			"a spread is even on both sides", "linear-jitter attempts=2 base=100ms spread=25%",
			[]Delay{{75 * ms, 100 * ms, 125 * ms}}, Delay{75 * ms, 100 * ms, 125 * ms},
		},
		{
			"decorrelated: the mean of the second is base/2 and 3/2 of the first's", "exponential-jitter attempts=3 base=100ms jitter=decorrelated",
			[]Delay{{100 * ms, 200 * ms, 300 * ms}, {100 * ms, 350 * ms, 900 * ms}},
			Delay{200 * ms, 550 * ms, 1200 * ms},
		},
		{
			"zero delays", "simple attempts=3 delay=0s",
			[]Delay{{}, {}}, Delay{},
		},
		{
			"what would overflow is the largest duration", "simple attempts=4 delay=2000000h max=2000000h",
			[]Delay{
				{2000000 * time.Hour, 2000000 * time.Hour, 2000000 * time.Hour},
				{2000000 * time.Hour, 2000000 * time.Hour, 2000000 * time.Hour},
				{2000000 * time.Hour, 2000000 * time.Hour, 2000000 * time.Hour},
			},
			Delay{math.MaxInt64, math.MaxInt64, math.MaxInt64},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := waitsOf(parsePolicy(t, test.text).Retry)
			assert.Equal(t, test.delays, got.Delays)
			assert.Equal(t, test.total, got.Total)
		})
	}
}

func TestWaitsOfMany(t *testing.T) {
	w := waitsOf(parsePolicy(t, "linear-jitter attempts=1000000 base=1ms max=125ms").Retry)
	assert.Len(t, w.Delays, mostDelays)
	assert.Equal(t, 3*ms, w.Delays[2].Mean)
	// 100ms is where the growth ends for max/(1 + spread).
	assert.Equal(t, 4950*ms+(999_999-99)*100*ms, w.Total.Mean)

	w = waitsOf(parsePolicy(t, "linear attempts=unlimited").Retry)
	assert.Len(t, w.Delays, mostDelays)
	assert.Zero(t, w.Total, "unlimited attempts have no sum")
}

// TestMeanOfChain compares the means of decorrelated jitter with many random calls. Fixed
// seeds make every run the same.
func TestMeanOfChain(t *testing.T) {
	for _, test := range []struct {
		name, text string
		retries    int
	}{
		{"growing", "exponential-jitter jitter=decorrelated base=100ms max=1000000h", 6},
		{"soon at max", "exponential-jitter jitter=decorrelated base=100ms max=2s", 20},
		{"at max from the start", "exponential-jitter jitter=decorrelated base=100ms max=250ms", 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			const calls = 200_000
			s := parsePolicy(t, test.text).Retry.Strategy
			random := rand.New(rand.NewPCG(1, 2))
			sums := make([]float64, test.retries)
			for range calls {
				var prev time.Duration
				for i := range sums {
					prev = s.Delay(i+1, prev, random.Float64())
					sums[i] += float64(prev)
				}
			}
			mean := meanOf(s)
			for i, sum := range sums {
				assert.InEpsilon(t, sum/calls, float64(mean(i+1)), 0.01, "retry %d", i+1)
			}
		})
	}
}

func TestMeanOfChainSettles(t *testing.T) {
	for _, text := range []string{
		"exponential-jitter jitter=decorrelated base=100ms max=10s",
		"exponential-jitter jitter=decorrelated base=1ns max=2540400h", // the longest way up
	} {
		mean := meanOf(parsePolicy(t, text).Retry.Strategy)
		var before, last time.Duration
		for n := range settled {
			before, last = last, mean(n+1)
		}
		assert.InEpsilon(t, float64(before), float64(last), 1e-3, text)
		assert.Equal(t, last, mean(settled+1))
	}
}

func TestCallTime(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       CallTime
	}{
		{"nothing said", "", CallTime{Why: "an attempt has no timeout"}},
		{"waits alone bound nothing", "simple attempts=2", CallTime{Why: "an attempt has no timeout"}},
		{"a total timeout", "timeout total=5s", CallTime{Longest: 5 * time.Second, Asked: 5 * time.Second, Why: "the total timeout"}},
		{"one attempt", "timeout attempt=1s", CallTime{Longest: time.Second, Asked: time.Second, Why: "1 attempt of 1s"}},
		{
			"attempts and waits", "simple attempts=3 delay=100ms max=1s; timeout attempt=1s",
			CallTime{Longest: 3200 * ms, Asked: 5 * time.Second, Why: "3 attempts of 1s and the waits"},
		},
		{
			"copies of each attempt", "simple attempts=2 delay=100ms; timeout attempt=1s; hedge after=200ms max=3; limit concurrent=1 wait=50ms",
			CallTime{
				Longest: 3400 * ms, Asked: 13300 * ms,
				Why: "2 attempts of 1s (and 600ms until its last copy, 50ms for a place) and the waits",
			},
		},
		{
			"copies that never start", "timeout attempt=1s; hedge after=1s max=3",
			CallTime{Longest: time.Second, Asked: time.Second, Why: "1 attempt of 1s"},
		},
		{
			"copies within a total timeout", "timeout total=1s; hedge after=200ms max=3",
			CallTime{Longest: time.Second, Asked: time.Second, Why: "the total timeout"},
		},
		{
			"a total timeout that is not reached, but for long waits that are asked for",
			"simple attempts=3 delay=100ms; timeout attempt=1s total=4s",
			CallTime{Longest: 3200 * ms, Asked: 4 * time.Second, Why: "3 attempts of 1s and the waits"},
		},
		{
			"a total timeout that cuts", "simple attempts=3 delay=100ms; timeout attempt=1s total=2s",
			CallTime{Longest: 2 * time.Second, Asked: 2 * time.Second, Why: "the total timeout, where 3 attempts of 1s and the waits would take 3.2s"},
		},
		{
			"without end", "simple attempts=unlimited; timeout attempt=1s; budget off",
			CallTime{Why: "attempts have no end, and the call has no total timeout"},
		},
		{
			"without end but for the total timeout", "simple attempts=unlimited; timeout attempt=1s total=1m; budget off",
			CallTime{Longest: time.Minute, Asked: time.Minute, Why: "the total timeout"},
		},
		{
			"what would overflow is the largest duration", "simple attempts=3 delay=2000000h max=2000000h; timeout attempt=2000000h",
			CallTime{Longest: math.MaxInt64, Asked: math.MaxInt64, Why: "3 attempts of 2000000h and the waits"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := parsePolicy(t, test.text)
			assert.Equal(t, test.want, callTimeOf(p, waitsOf(p.Retry)))
		})
	}
}
