package words

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

func TestWaitsInWords(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name  string
		retry policy.Retry
		want  string
	}{
		{"one wait", policy.Retry{Attempts: 2, Strategy: backoff.Simple{Interval: 50 * ms}}, "with a wait of 50ms"},
		{"waits that are all the same", policy.Retry{Attempts: 4, Strategy: backoff.Simple{Interval: 50 * ms}}, "with waits of 50ms each"},
		{"none", policy.Retry{Attempts: 4, Strategy: backoff.Simple{}}, "without waits"},
		{"what goes on to the end", policy.Retry{Attempts: 5, Strategy: backoff.Exponential{Base: 100 * ms, Max: 200 * ms}}, "with waits of 100ms, then 200ms each time"},
		{"what is reached in the end", policy.Retry{Attempts: 4, Strategy: backoff.Exponential{Base: 100 * ms, Max: 400 * ms}}, "with waits of 100ms, 200ms and 400ms"},
		{"what repeats before the end", policy.Retry{Attempts: 4, Strategy: backoff.Fibonacci{Base: ms}}, "with waits of 1ms, 1ms and 2ms"},
		{"ranges", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: 100 * ms}}, "with waits of 0s to 100ms and 0s to 200ms"},
		{"ranges end at their bound, which no draw reaches", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: ms}}, "with waits of 0s to 1ms and 0s to 2ms"},
		{"of nanoseconds too", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: 10, Jitter: backoff.EqualJitter}}, "with waits of 5ns to 10ns and 10ns to 20ns"},
		{"ranges of ranges", policy.Retry{Attempts: 4, Strategy: backoff.ExponentialJitter{Base: ms, Jitter: backoff.DecorrelatedJitter}}, "with waits of 1ms to 3ms, 1ms to 9ms and 1ms to 27ms"},
		{"a spread", policy.Retry{Attempts: 3, Strategy: backoff.LinearJitter{Base: ms, Spread: 0.25}}, "with waits of 750µs to 1.25ms and 1.5ms to 2.5ms"},
		{"a spread at the bound", policy.Retry{Attempts: 3, Strategy: backoff.RandomizedExponential{Base: ms, Max: 3 * ms, Spread: 0.5}}, "with waits of 500µs to 1.5ms and 1ms to 3ms"},
		{"a range of nothing", policy.Retry{Attempts: 3, Strategy: backoff.ExponentialJitter{Base: ms, Min: ms, Factor: 1}}, "with waits of 1ms each"},
		{"as many as are listed", policy.Retry{Attempts: 9, Strategy: backoff.Linear{Base: ms}}, "with waits of 1ms, 2ms, 3ms, 4ms, 5ms, 6ms, 7ms and 8ms"},
		{"more", policy.Retry{Attempts: 10, Strategy: backoff.Linear{Base: ms}}, "with waits of 1ms, 2ms, 3ms, 4ms and so on up to 9ms"},
		{"more of a bound that comes later", policy.Retry{Attempts: 20, Strategy: backoff.Linear{Base: ms, Max: 10 * ms}}, "with waits of 1ms, 2ms, 3ms, 4ms and so on up to 10ms"},
		{"more than are looked at", policy.Retry{Attempts: 5001, Strategy: backoff.Linear{Base: ms}}, "with waits of 1ms, 2ms, 3ms, 4ms and so on up to 5s"},
		{"a schedule as it is written", policy.Retry{Attempts: 12, Strategy: backoff.Schedule{Delays: []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 1}}}, "with waits of 1ns, 2ns, 3ns, 4ns, 5ns, 6ns, 7ns, 8ns, 9ns, then 1ns each time"},
		{"without end", policy.Retry{Attempts: policy.Unlimited, Strategy: backoff.Simple{Interval: time.Minute}}, "with waits of 1m each"},
		{"growing without end", policy.Retry{Attempts: policy.Unlimited, Strategy: backoff.Exponential{Base: time.Second, Max: time.Minute}}, "with waits of 1s, 2s, 4s, 8s, 16s, 32s, then 1m each time"},
		{"growing without bound", policy.Retry{Attempts: policy.Unlimited, Strategy: backoff.Exponential{Base: time.Second}}, "with waits of 1s, 2s, 4s, 8s and so on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, waitsInWords(tt.retry)) })
	}
}

func TestBoundsInWords(t *testing.T) {
	second := policy.Rate{Events: 100, Per: time.Second}
	tests := []struct {
		limit policy.Limit
		want  string
	}{
		{policy.Limit{Concurrent: 1}, "1 attempt at a time"},
		{policy.Limit{Rate: second}, "100/s with bursts of 100"},
		{policy.Limit{Concurrent: 20, Rate: second, Burst: 5, Wait: time.Second}, "20 attempts at a time and 100/s with bursts of 5, and waits up to 1s for its turn"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, bounds(tt.limit))
	}
}

func TestOpeningInWords(t *testing.T) {
	assert.Equal(t, "for 30s after 1 failure", opening(policy.Breaker{Failures: 1, Cooldown: 30 * time.Second}))
	assert.Equal(t, "for 1s, doubling up to 1m, after 5 failures in a row",
		opening(policy.Breaker{Failures: 5, Cooldown: time.Second, MaxCooldown: time.Minute}))
}

func TestOpeningOfSharesInWords(t *testing.T) {
	window := policy.Breaker{Rate: 50 * policy.Percent, Min: 20, Window: 10 * time.Second, Cooldown: 5 * time.Second}
	assert.Equal(t, "for 5s when 50% of at least 20 calls within 10s fail", opening(window))

	slow := policy.Breaker{SlowRate: 30 * policy.Percent, Slow: time.Second, Min: 20, WindowCalls: 100, Cooldown: 5 * time.Second}
	assert.Equal(t, "for 5s when 30% of the last 100 calls (at least 20) take 1s or longer", opening(slow))

	all := policy.Breaker{
		Failures: 5, Rate: 50 * policy.Percent, SlowRate: 30 * policy.Percent, Slow: time.Second, Min: 10, WindowCalls: 10,
		Cooldown: 5 * time.Second, Probes: 2, Successes: 3,
	}
	assert.Equal(t, "for 5s after 5 failures in a row, or when 50% of the last 10 calls fail or 30% take 1s or longer; "+
		"then it tries 2 calls at a time and closes after 3 successes in a row", opening(all))
}

func TestHedgesInWords(t *testing.T) {
	assert.Equal(t, "starts an extra copy after 50ms without an answer, 1 at most", copiesInWords(policy.Hedge{After: 50 * time.Millisecond}))
	assert.Equal(t, "starts an extra copy after every 50ms without an answer, 3 at most", copiesInWords(policy.Hedge{After: 50 * time.Millisecond, Max: 3}))
}

func TestSeries(t *testing.T) {
	assert.Equal(t, "", Series(nil, "and"))
	assert.Equal(t, "a", Series([]string{"a"}, "and"))
	assert.Equal(t, "a or b", Series([]string{"a", "b"}, "or"))
	assert.Equal(t, "a, b and c", Series([]string{"a", "b", "c"}, "and"))
}

func TestClassesInWords(t *testing.T) {
	for word := range model.Classes {
		assert.NotEmpty(t, matched([]model.Matcher{{Kind: model.MatchClass, Word: word}}, "and"), word)
	}
}
