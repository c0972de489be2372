package render

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
)

func TestDelaysInWords(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name  string
		retry policy.Retry
		want  string
	}{
		{"what repeats is said once", policy.Retry{Attempts: 4, Strategy: backoff.Simple{Interval: 50 * ms}}, "50ms"},
		{"at the end only", policy.Retry{Attempts: 6, Strategy: backoff.Exponential{Base: 100 * ms, Max: 400 * ms}}, "100ms, 200ms, 400ms"},
		{"ranges", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: 100 * ms}}, "0s to 100ms, 0s to 200ms"},
		{"ranges end at their bound, which no draw reaches", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: ms}}, "0s to 1ms, 0s to 2ms"},
		{"of nanoseconds too", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: 10, Jitter: backoff.EqualJitter}}, "5ns to 10ns, 10ns to 20ns"},
		{"ranges of ranges", policy.Retry{Attempts: 4, Strategy: backoff.ExponentialJitter{Base: ms, Jitter: backoff.DecorrelatedJitter}}, "1ms to 3ms, 1ms to 9ms, 1ms to 27ms"},
		{"a spread", policy.Retry{Attempts: 3, Strategy: backoff.LinearJitter{Base: ms, Spread: 0.25}}, "750µs to 1.25ms, 1.5ms to 2.5ms"},
		{"a spread at the bound", policy.Retry{Attempts: 3, Strategy: backoff.RandomizedExponential{Base: ms, Max: 3 * ms, Spread: 0.5}}, "500µs to 1.5ms, 1ms to 3ms"},
		{"a range of nothing", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: ms, Min: ms, Factor: 1}}, "1ms"},
		{"many", policy.Retry{Attempts: 9, Strategy: backoff.Linear{Base: ms}}, "1ms, 2ms, 3ms, 4ms, 5ms, 6ms, and so on"},
		{"without end", policy.Retry{Attempts: policy.Unlimited, Strategy: backoff.Simple{Interval: time.Minute}}, "1m, 1m, 1m, 1m, 1m, 1m, and so on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, delays(tt.retry)) })
	}
}

func TestBoundsInWords(t *testing.T) {
	second := policy.Rate{Events: 100, Per: time.Second}
	tests := []struct {
		limit policy.Limit
		want  string
	}{
		{policy.Limit{Concurrent: 1}, "1 attempt at a time"},
		{policy.Limit{Rate: second}, "100/s with 100 at once"},
		{policy.Limit{Concurrent: 20, Rate: second, Burst: 5, Wait: time.Second}, "20 attempts at a time, 100/s with 5 at once, after a wait of 1s at most"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, bounds(tt.limit))
	}
}

func TestOpeningInWords(t *testing.T) {
	assert.Equal(t, "at 1 failure in a row, for 30s", opening(policy.Breaker{Failures: 1, Cooldown: 30 * time.Second}))
	assert.Equal(t, "at 5 failures in a row, for 1s, doubling up to 1m",
		opening(policy.Breaker{Failures: 5, Cooldown: time.Second, MaxCooldown: time.Minute}))
}
