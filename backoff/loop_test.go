package backoff_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
)

// attemptTimes ranges over a loop, at most 10 times, and returns when each attempt
// began and when the loop ended.
func attemptTimes(t *testing.T, ctx context.Context, s backoff.Strategy, attempts int) (began []time.Duration, ended time.Duration) {
	t.Helper()
	start := time.Now()
	for attempt := range backoff.Loop(ctx, s, attempts) {
		began = append(began, time.Since(start))
		require.Equal(t, len(began), attempt)
		if attempt == 10 {
			break
		}
	}
	return began, time.Since(start)
}

func TestLoopWaitsBetweenAttempts(t *testing.T) {
	tests := []struct {
		name     string
		strategy backoff.Strategy
		attempts int
		want     []time.Duration
		reason   string
	}{
		{"one", backoff.Simple{Interval: ms}, 1, []time.Duration{0}, "no wait after the last attempt"},
		{"grows", backoff.Exponential{Base: ms}, 4, []time.Duration{0, ms, 3 * ms, 7 * ms}, "retry 1 waits for Base"},
		{"shortest", backoff.Simple{Interval: 1}, 3, []time.Duration{0, 1, 2}, "even a nanosecond is a wait"},
		{"zero", backoff.Simple{}, 3, []time.Duration{0, 0, 0}, "a delay of zero is no wait"},
		{"foreign", foreignNegative{}, 3, []time.Duration{0, 0, 0}, "nor is a negative one"},
		{"unlimited", backoff.Linear{Base: ms}, 0, []time.Duration{0, 1 * ms, 3 * ms, 6 * ms, 10 * ms, 15 * ms, 21 * ms, 28 * ms, 36 * ms, 45 * ms}, "zero is no limit"},
		{"negative", backoff.Simple{}, -1, make([]time.Duration, 10), "negative is no limit"},
		{"previous", previous{}, 4, []time.Duration{0, ms, 3 * ms, 7 * ms}, "Delay gets the previous delay"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, ended := attemptTimes(t, t.Context(), tt.strategy, tt.attempts)
				assert.Equal(t, tt.want, began, tt.reason)
				assert.Equal(t, tt.want[len(tt.want)-1], ended)
			})
		})
	}
}

// foreignNegative is a strategy of another package that breaks its contract.
type foreignNegative struct{}

func (foreignNegative) Delay(int, time.Duration, float64) time.Duration { return math.MinInt64 }

// previous is a strategy that depends on the previous delay only.
type previous struct{}

func (previous) Delay(_ int, prev time.Duration, _ float64) time.Duration { return max(ms, 2*prev) }

// endsQuietly is a context whose Err ends while its channel stays open, as if it ended at
// the same moment as a wait.
type endsQuietly struct {
	context.Context
	end time.Time
}

func (c endsQuietly) Err() error {
	if time.Now().Before(c.end) {
		return nil
	}
	return context.Canceled
}

// The body always runs once. The context counts from the first wait on.
func TestLoopEndsWithTheContext(t *testing.T) {
	const second = time.Second
	tests := []struct {
		name    string
		context func(context.Context) (context.Context, context.CancelFunc)
		delay   time.Duration
		want    []time.Duration
		ended   time.Duration
	}{
		{"ended before", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, 0, []time.Duration{0}, 0},
		{"ends in a wait", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(1500*ms, cancel)
			return ctx, cancel
		}, second, []time.Duration{0, second}, 1500 * ms},
		{"ends at the end of a wait", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return endsQuietly{ctx, time.Now().Add(second)}, func() {}
		}, second, []time.Duration{0}, second},
		{"deadline in the next wait", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 2500*ms)
		}, second, []time.Duration{0, second, 2 * second}, 2 * second},
		{"deadline at the end of the next wait", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 2*second)
		}, second, []time.Duration{0, second}, second},
		{"deadline just after the next wait", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 2*second+1)
		}, second, []time.Duration{0, second, 2 * second}, 2 * second},
		{"deadline and no wait", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, -1)
		}, 0, []time.Duration{0}, 0},
		{"the longest delay and a deadline", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Hour)
		}, math.MaxInt64, []time.Duration{0}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := tt.context(t.Context())
				defer cancel()
				began, ended := attemptTimes(t, ctx, backoff.Simple{Interval: tt.delay}, 0)
				assert.Equal(t, tt.want, began)
				assert.Equal(t, tt.ended, ended, "no wait past the end")
			})
		})
	}
}

func TestLoopDrawsForJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = time.Second
		distinct := make(map[time.Duration]bool)
		for range 100 {
			began, _ := attemptTimes(t, t.Context(), backoff.ExponentialJitter{Base: most, Max: most}, 2)
			assert.Less(t, began[1], most)
			distinct[began[1]] = true
		}
		assert.Greater(t, len(distinct), 90)
	})
}

// A loop that is ranged over twice starts afresh.
func TestLoopStartsAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loop := backoff.Loop(t.Context(), backoff.Exponential{Base: time.Second}, 3)
		for range 2 {
			start := time.Now()
			var began []time.Duration
			for range loop {
				began = append(began, time.Since(start))
			}
			assert.Equal(t, []time.Duration{0, time.Second, 3 * time.Second}, began)
		}
	})
}

// Without a wait there is no timer, and nothing to allocate.
func TestLoopAllocatesNothing(t *testing.T) {
	ctx := t.Context()
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		for range backoff.Loop(ctx, backoff.Exponential{}, 3) {
			continue
		}
	}))
}
