package retrytest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

// The delays of a strategy are recorded and not waited. This test runs in real time.
func TestNoWait(t *testing.T) {
	for _, tt := range []struct{ policy, want string }{
		{"exponential attempts=3 base=1s", "retry, wait 1s, retry, wait 2s, retry => exhausted"},
		{"exponential-jitter attempts=3 base=1s max=5s", "retry, wait up to 1s, retry, wait up to 2s, retry => exhausted"},
		{"exponential-jitter attempts=3 base=1s max=5s jitter=decorrelated", "retry, wait up to 3s, retry, wait up to 5s, retry => exhausted"},
		{"randomized-exponential attempts=2 base=1s max=1500ms", "retry, wait up to 1.5s, retry => exhausted"},
		{"schedule 1s", "retry, wait 1s, retry => exhausted"},
		{"simple attempts=2 delay=0s", "retry, retry => exhausted"},
	} {
		rec := new(retrytest.Recorder)
		f, err := retry.NewFunc("Client.Get", tt.policy, &retry.Options{Override: rec.NoWait(), Hooks: rec.Hooks()})
		require.NoError(t, err)
		require.ErrorIs(t, f.Do(t.Context(), fails), retry.ErrExhausted)
		rec.Expect(t, "Client.Get: "+tt.want)
	}
}

// The timeline says what was not waited.
func TestNoWaitInTheTimeline(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		rec := new(retrytest.Recorder)
		f, err := retry.NewFunc("Client.Get", "simple attempts=2 delay=1s", &retry.Options{Group: group, Override: rec.NoWait(), Hooks: rec.Hooks()})
		require.NoError(t, err)
		require.Error(t, f.Do(t.Context(), fails))
		assert.Equal(t, `Client.Get
      0s  attempt 1 begins
      0s  attempt 1 ends: retry: busy
      0s  did not wait 1s
      0s  attempt 2 begins
      0s  attempt 2 ends: retry: busy
      0s  call ends: exhausted: Client.Get: gave up after 2 attempts in 0s: attempts exhausted: busy
`, rec.String())
	})
}

// What the server asks for is waited, up to the longest delay of the strategy.
func TestNoWaitKeepsRetryAfter(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		rec := new(retrytest.Recorder)
		f, err := retry.NewFunc("Client.Get", "exponential attempts=2 base=1h max=2h", &retry.Options{Group: group, Override: rec.NoWait(), Hooks: rec.Hooks()})
		require.NoError(t, err)
		began := time.Now()
		require.ErrorIs(t, f.Do(t.Context(), func(context.Context) error { return later(time.Minute) }), retry.ErrExhausted)
		assert.Equal(t, time.Minute, time.Since(began))
		require.ErrorIs(t, f.Do(t.Context(), func(context.Context) error { return later(3 * time.Hour) }), retry.ErrRetryAfter)
		rec.Expect(t, "Client.Get: retry, wait 1m0s, retry => exhausted", "Client.Get: retry => retry-after")
	})
}

// A later asks for a wait.
type later time.Duration

func (l later) Error() string             { return "later" }
func (l later) RetryAfter() time.Duration { return time.Duration(l) }
