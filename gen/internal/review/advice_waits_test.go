package review

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
)

// What the advice says to write is a strategy with jitter and as many attempts.
func TestJittered(t *testing.T) {
	for text, want := range map[string]string{
		"simple attempts=3 delay=20ms":           "exponential-jitter attempts=3 base=20ms max=10s",
		"simple attempts=2 delay=0s":             "exponential-jitter attempts=2 max=10s",
		"linear attempts=4 base=50ms":            "linear-jitter attempts=4 base=50ms max=10s",
		"incremental attempts=4 base=1s step=2s": "linear-jitter attempts=4 base=1s max=10s",
		"exponential attempts=5 max=1m":          "exponential-jitter attempts=5 base=100ms max=1m",
		"fibonacci attempts=5":                   "exponential-jitter attempts=5 base=100ms max=10s",
		"schedule 1s 5s":                         "exponential-jitter attempts=3 base=1s max=10s",
		"exponential attempts=unlimited":         "exponential-jitter attempts=unlimited base=100ms max=10s",
	} {
		p, err := policy.Parse(text)
		require.NoError(t, err, text)
		got := jittered(p.Retry)
		assert.Equal(t, want, got, text)
		better, err := policy.Parse(got)
		require.NoError(t, err, got)
		assert.Equal(t, p.Retry.Attempts, better.Retry.Attempts)
		assert.True(t, backoff.Jittered(better.Retry.Strategy))
	}
}

func TestThreeDigits(t *testing.T) {
	for x, want := range map[float64]float64{0: 0, 1234.5: 1230, 0.99967: 1, 1.2345: 1.23, 12.345: 12.3, 0.00012345: 0.000123, math.Inf(1): math.Inf(1)} {
		assert.Equal(t, want, threeDigits(x), "%v", x)
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 1: "1", 0.25: "0.25", 1.2345: "1.23", 100: "100", 1234.5: "1234", 123456: "123456", 10.04: "10"} {
		assert.Equal(t, want, number(x), "%v", x)
	}
}
