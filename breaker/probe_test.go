package breaker

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// opened returns a breaker whose cooldown of a second has just ended.
func opened(config Config) *Breaker {
	config.Failures, config.Cooldown = 1, time.Second
	b := New(config)
	fail(b, 1)
	time.Sleep(time.Second)
	return b
}

func TestHalfOpenAdmitsProbesAndRefusesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(Config{Name: "x", Probes: 2, Successes: 3})
		first, second := allowed(t, b), allowed(t, b)
		_, err := b.Allow()
		refusal, ok := errors.AsType[*OpenError](err)
		require.True(t, ok)
		assert.Equal(t, time.Second, refusal.RetryAfter(), "until the breaker gives up a probe, at the latest")
		assert.Equal(t, `circuit breaker "x" is half-open and probing`, err.Error())
		_, again := b.Allow()
		assert.Same(t, err, again)

		first.Done(Success)
		third := allowed(t, b)
		assert.Error(t, call(b, Success))
		second.Done(Success)
		assert.Equal(t, Snapshot{Name: "x", State: HalfOpen, Openings: 1, Probes: 1, Successes: 2}, present(b.Snapshot()))
		third.Done(Success)
		assert.Equal(t, Snapshot{Name: "x", State: Closed}, present(b.Snapshot()))
	})
}

func TestOneFailedProbeOpensAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(Config{Probes: 2, Successes: 2})
		first, second := allowed(t, b), allowed(t, b)
		first.Done(Success)
		second.Done(Failure)
		assert.Equal(t, Snapshot{State: Open, Openings: 2, RetryAfter: time.Second}, present(b.Snapshot()))
		time.Sleep(time.Second)
		require.NoError(t, call(b, Success))
		assert.Equal(t, HalfOpen, b.State(), "successes of the previous half-open state do not count")
		require.NoError(t, call(b, Success))
		assert.Equal(t, Closed, b.State())
	})
}

// A probe of one half-open state does not count in the next one.
func TestProbeOfAnEarlierHalfOpenChangesNothing(t *testing.T) {
	for _, o := range []Outcome{Success, Failure, Neutral} {
		t.Run(o.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := opened(Config{Probes: 2})
				early := allowed(t, b)
				require.NoError(t, call(b, Failure))
				time.Sleep(time.Second)
				_ = allowed(t, b)
				before := b.Snapshot()
				early.Done(o)
				assert.Equal(t, Snapshot{State: HalfOpen, Openings: 2, Probes: 1}, present(before))
				assert.Equal(t, before, b.Snapshot())
			})
		})
	}
}

// A probe whose caller never reports must not keep the breaker half-open for ever.
func TestLostProbeIsTakenBackAfterTheCooldown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(Config{})
		lost := allowed(t, b)
		time.Sleep(time.Second - 1)
		assert.Error(t, call(b, Success))
		time.Sleep(time.Nanosecond)
		next := allowed(t, b)
		assert.Equal(t, 1, b.Snapshot().Probes)
		lost.Done(Success)
		assert.Equal(t, Closed, b.State(), "its outcome counts although it comes late")
		next.Done(Failure)
		assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()), "the other probe belongs to an earlier generation now")
	})
}

// A healthy dependency that takes longer than the cooldown closes the breaker: a probe that
// loses its place has not failed.
func TestSlowHealthyDependencyCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(Config{Successes: 2})
		for range 2 {
			permit := allowed(t, b)
			time.Sleep(5 * time.Second)
			permit.Done(Success)
		}
		assert.Equal(t, Closed, b.State())
	})
}

// A probe that panics reports in a defer.
func TestProbeThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := opened(Config{})
		assert.Panics(t, func() {
			permit := allowed(t, b)
			defer permit.Done(Failure)
			panic("in the call")
		})
		assert.Equal(t, Open, b.State())
		time.Sleep(time.Second)
		require.NoError(t, call(b, Success))
		assert.Equal(t, Closed, b.State())
	})
}

func TestCooldown(t *testing.T) {
	tests := []struct {
		name           string
		first, longest time.Duration
		k              int
		u              float64
		want           time.Duration
	}{
		{"no growth, and so no draw", time.Second, 0, 9, 0.5, time.Second},
		{"first, longest draw", 8 * time.Second, time.Minute, 1, 0, 8 * time.Second},
		{"first, middle draw", 8 * time.Second, time.Minute, 1, 0.5, 7 * time.Second},
		{"second doubles", 8 * time.Second, time.Minute, 2, 0, 16 * time.Second},
		{"third doubles again", 8 * time.Second, time.Minute, 3, 0, 32 * time.Second},
		{"fourth is cut", 8 * time.Second, time.Minute, 4, 0, time.Minute},
		{"fourth, middle draw from what was cut", 8 * time.Second, time.Minute, 4, 0.5, 52500 * time.Millisecond},
		{"no overflow", 1 << 61, 1<<63 - 1, 1 << 30, 0, 1<<63 - 1},
		{"growth that is no power of two", 3 * time.Second, 10 * time.Second, 3, 0, 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, cooldown(tt.first, tt.longest, tt.k, tt.u))
		})
	}
}

// The end of the longest cooldown lies past the largest reading of the clock. It must not
// be over at once.
func TestCooldownWithoutEnd(t *testing.T) {
	require.Positive(t, clock(), "otherwise this test shows nothing")
	b := New(Config{Failures: 1, Cooldown: math.MaxInt64})
	fail(b, 1)
	assert.ErrorIs(t, call(b, Success), ErrOpen)
	assert.NotNil(t, b.Refuses(time.Hour))
	assert.Positive(t, b.Snapshot().RetryAfter)
}

// A cooldown that ends at once can let a breaker open more often than an int can count.
func TestCountOfOpeningsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Nanosecond, MaxCooldown: time.Hour})
		b.openings = maxOpenings - 1
		for range 3 {
			fail(b, 1)
			assert.Equal(t, maxOpenings, b.Snapshot().Openings)
			assert.GreaterOrEqual(t, b.Snapshot().RetryAfter, 45*time.Minute)
			time.Sleep(time.Hour)
		}
	})
}

func TestCooldownGrowsUntilItCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second, MaxCooldown: 3 * time.Second})
		for _, longest := range []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 3 * time.Second} {
			fail(b, 1)
			wait := b.Snapshot().RetryAfter
			assert.LessOrEqual(t, wait, longest)
			assert.GreaterOrEqual(t, wait, longest*3/4)
			time.Sleep(wait)
		}
		require.NoError(t, call(b, Success))
		fail(b, 1)
		assert.LessOrEqual(t, b.Snapshot().RetryAfter, time.Second, "it starts again with Cooldown")
	})
}
