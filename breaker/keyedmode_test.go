package breaker_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
)

// opened returns a Keyed in which the key "bad" is open and no other key has a breaker.
func opened(t *testing.T) *breaker.Keyed[string] {
	t.Helper()
	k := breaker.NewKeyed[string](breaker.Config{Failures: 1, Cooldown: time.Minute}, 0)
	report(t, k, "bad", breaker.Failure)
	_, err := k.Allow("bad")
	require.ErrorIs(t, err, breaker.ErrOpen)
	return k
}

// report makes an attempt that must be admitted.
func report(t *testing.T, k *breaker.Keyed[string], key string, o breaker.Outcome) {
	t.Helper()
	permit, err := k.Allow(key)
	require.NoError(t, err)
	permit.Done(o)
}

// Forcing the breaker of the rest forces all keys, and Reset ends that.
func TestRestForcesAllKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := opened(t)

		k.Rest().ForceClose()
		assert.Nil(t, k.Refuses("bad", 0))
		for range 3 {
			report(t, k, "bad", breaker.Failure)
			report(t, k, "other", breaker.Failure)
		}
		assert.Equal(t, 1, k.Snapshot().Keys, "a forced breaker counts nothing")

		k.Rest().ForceOpen()
		for _, key := range []string{"bad", "other"} {
			_, err := k.Allow(key)
			var open *breaker.OpenError
			require.ErrorAs(t, err, &open)
			assert.True(t, open.Forced())
			assert.Same(t, open, k.Refuses(key, time.Hour))
		}

		k.Rest().Reset()
		report(t, k, "other", breaker.Success)
		_, err := k.Allow("bad")
		assert.ErrorIs(t, err, breaker.ErrOpen, "as it was before")
		time.Sleep(time.Minute)
		report(t, k, "bad", breaker.Success)
		assert.Zero(t, k.Snapshot().Keys)
	})
}

func TestModeOfTheRestIsThatOfAllKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := opened(t)
		before, err := k.Allow("late")
		require.NoError(t, err)

		k.Rest().SetMode(breaker.Off)
		before.Done(breaker.Failure)
		report(t, k, "bad", breaker.Failure)
		report(t, k, "other", breaker.Failure)
		assert.Nil(t, k.Refuses("bad", 0))
		assert.Equal(t, breaker.KeyedSnapshot{Keys: 1, Open: 1, Refused: 1, Rest: k.Rest().Snapshot()}, k.Snapshot(), "a breaker that is off counts nothing")

		k.Rest().SetMode(breaker.WatchOnly)
		report(t, k, "bad", breaker.Success)
		report(t, k, "other", breaker.Failure)
		report(t, k, "other", breaker.Failure)
		assert.Nil(t, k.Refuses("other", 0))
		assert.Equal(t, 2, k.Snapshot().Open, "it counts, and refuses nothing")

		k.Rest().SetMode(breaker.On)
		_, err = k.Allow("other")
		assert.ErrorIs(t, err, breaker.ErrOpen)
		assert.NotNil(t, k.Refuses("other", 0))
	})
}

func TestRestOfNone(t *testing.T) {
	var k *breaker.Keyed[string]
	assert.Nil(t, k.Rest())
}
