package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every positive number of a Config acts, down to the smallest.
func TestSmallestCooldown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: 1})
		fail(b, 1)
		assert.Equal(t, 1, b.Snapshot().Openings)
		_, err := b.Allow()
		require.ErrorIs(t, err, ErrOpen)
		assert.EqualError(t, err, `circuit breaker "" is open for another 0s`, "while it refuses, it says that it is open")
		time.Sleep(time.Nanosecond)
		assert.EqualError(t, err, `circuit breaker "" was open`)
		assert.NoError(t, call(b, Success))
	})
}

func TestSmallestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Slow: 1, SlowRate: 1, Min: 1})
		require.NoError(t, call(b, Success))
		require.Equal(t, Closed, b.State(), "it took no time")
		slowly(b, 1, Success)
		assert.Equal(t, Open, b.State())
	})
}
