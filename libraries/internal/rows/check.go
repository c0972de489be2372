// Package rows checks what a wrapper does about an error of a library. The wrapper has the
// policy that all interfaces of this module have: three attempts, and a breaker that opens
// after five failures.
package rows

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A Client is a wrapper whose dependency fails every request in the same way.
type Client struct {
	Group    *retry.Group
	Call     func(context.Context) error
	Requests func() int // that the dependency has got
}

// Open returns a new wrapper with these options. It gets options with an Override, so it
// must not ignore them.
type Open func(t *testing.T, opts *retry.Options) Client

// Check checks how often a call asks the dependency, and how the breaker counts that.
func Check(t *testing.T, want Want, open Open) {
	t.Helper()
	c := open(t, new(retry.Options))
	permit, err := c.Group.Breaker().Allow()
	require.NoError(t, err)
	permit.Done(breaker.Failure) // which a success takes back
	require.Error(t, c.Call(t.Context()))
	assert.Equal(t, want.attempts, c.Requests(), "attempts")
	failures := map[breaker.Outcome]int{
		breaker.Success: 0,
		breaker.Failure: 1 + want.attempts,
		breaker.Alive:   1,
		breaker.Neutral: 1,
	}
	assert.Equal(t, failures[want.vote], c.Group.Breaker().Snapshot().Failures, "failures in a row after a failure and the call")
	if want.vote == breaker.Alive && !t.Failed() {
		checkAlive(t, open)
	}
}

// checkAlive checks that a breaker with a rate counts the attempts, and none as a failure. It
// does not count an attempt that is neutral.
func checkAlive(t *testing.T, open Open) {
	t.Helper()
	c := open(t, &retry.Options{Override: override(t, "breaker rate=100% min=1000 window=1m")})
	require.Error(t, c.Call(t.Context()))
	attempts, failures := 0, 0
	for _, m := range c.Group.Snapshot().Methods { // only one of them was called
		attempts, failures = max(attempts, m.Breaker.Calls), max(failures, m.Breaker.Failures)
	}
	assert.Equal(t, c.Requests(), attempts, "attempts that a breaker with a rate counts")
	assert.Zero(t, failures, "failures that a breaker with a rate counts")
}

// CheckDelay checks that the call waits exactly as long as the dependency asks, without
// waiting. A call ends with ErrRetryAfter if the delay is longer than the max of the
// strategy, and with ErrDeadline if it would end after the deadline. Both end it before
// the wait.
func CheckDelay(t *testing.T, delay time.Duration, open Open) {
	t.Helper()
	for _, test := range []struct {
		max  time.Duration
		ends error
	}{
		{delay - time.Nanosecond, retry.ErrRetryAfter},
		{delay, retry.ErrDeadline},
	} {
		c := open(t, &retry.Options{Override: override(t, "exponential-jitter attempts=3 base=1ms max="+test.max.String())})
		ctx, cancel := context.WithTimeout(t.Context(), delay/2)
		assert.ErrorIs(t, c.Call(ctx), test.ends, "with max=%v", test.max)
		assert.Equal(t, 1, c.Requests(), "attempts with max=%v", test.max)
		cancel()
	}
}

// Hundred checks that the breaker stays closed after a hundred calls, each of which asks the
// dependency once: it answers.
func Hundred(t *testing.T, open Open) {
	t.Helper()
	const calls = 100
	c := open(t, nil)
	for range calls {
		require.Error(t, c.Call(t.Context()))
	}
	assert.Equal(t, calls, c.Requests())
	assert.Equal(t, breaker.Closed, c.Group.Breaker().State())
}

// Opens checks that the breaker opens at the fifth call, each of which asks the dependency
// once: it is broken.
func Opens(t *testing.T, open Open) {
	t.Helper()
	const failures = 5
	c := open(t, nil)
	for range failures {
		assert.Equal(t, breaker.Closed, c.Group.Breaker().State())
		require.Error(t, c.Call(t.Context()))
	}
	assert.Equal(t, breaker.Open, c.Group.Breaker().State())
	assert.ErrorIs(t, c.Call(t.Context()), breaker.ErrOpen)
	assert.Equal(t, failures, c.Requests())
}

// override returns an Override of all methods.
func override(t *testing.T, text string) retry.Override {
	t.Helper()
	over, err := policy.Parse(text)
	require.NoError(t, err)
	return func(_ policy.Method, p policy.Policy) (policy.Policy, error) { return p.Overlay(over), nil }
}
