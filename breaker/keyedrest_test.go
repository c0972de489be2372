package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A probe of the rest whose key gets a breaker of its own meanwhile frees its place, so that
// the next key without room can probe.
func TestProbeOfTheRestWhoseKeyGetsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Minute}, 1)
		failKey(k, "a", 1)
		failKey(k, "b", 2)
		require.Equal(t, Open, k.Snapshot().Rest.State, "there is no room for b")
		time.Sleep(time.Minute)
		probe, err := k.Allow("b")
		require.NoError(t, err)
		require.ErrorIs(t, callKey(k, "c", Success), ErrOpen, "there is one probe at a time")

		require.NoError(t, callKey(k, "a", Success), "a makes room")
		probe.Done(Failure)
		require.Equal(t, 1, k.find("b").Snapshot().Failures)
		assert.Equal(t, HalfOpen, k.Snapshot().Rest.State, "the failure is one of b alone")
		assert.NoError(t, callKey(k, "c", Success), "the place of the probe is free")
	})
}

// A failure that the rest admitted before it opened and closed again counts nowhere.
func TestLateFailureOfTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Minute}, 1)
		failKey(k, "a", 1)
		late, err := k.Allow("b")
		require.NoError(t, err)
		failKey(k, "b", 2)
		time.Sleep(time.Minute)
		require.NoError(t, callKey(k, "b", Success))
		require.Equal(t, Closed, k.Snapshot().Rest.State)
		late.Done(Failure)
		assert.Zero(t, k.Snapshot().Rest.Failures)
	})
}

// A failure of a key that lost its breaker, and finds no room, counts in the rest only
// while that is closed.
func TestFailureOfAKeyThatLostItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Minute}, 1)
		failKey(k, "a", 1)
		var late [2]KeyPermit[string]
		for i := range late {
			late[i], _ = k.Allow("a")
		}
		require.NoError(t, callKey(k, "a", Success))
		failKey(k, "b", 1)
		late[0].Done(Failure)
		require.Equal(t, 1, k.Snapshot().Rest.Failures)
		failKey(k, "c", 1)
		require.Equal(t, Open, k.Snapshot().Rest.State)
		opened := k.Rest().Snapshot()
		time.Sleep(time.Second)
		late[1].Done(Failure)
		assert.Equal(t, opened.State, k.Rest().Snapshot().State)
		assert.Equal(t, 59*time.Second, k.Refuses("c", 0).RetryAfter(), "it does not open once more")
	})
}
