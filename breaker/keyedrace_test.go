package breaker

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A success frees the place of a key that has nothing bad to remember, and must not
// free it for a failure that is counted at the same time.
func TestFailureBesideASuccessIsNotLost(t *testing.T) {
	k := NewKeyed[int](Config{Failures: 1, Cooldown: time.Hour}, 0)
	for key := range 5000 {
		require.NotNil(t, k.enter(key), "as after a failure that a success has made good")
		good, err := k.Allow(key)
		require.NoError(t, err)
		bad, err := k.Allow(key)
		require.NoError(t, err)
		var both sync.WaitGroup
		both.Go(func() { good.Done(Success) })
		both.Go(func() { bad.Done(Failure) })
		both.Wait()
		_, err = k.Allow(key)
		require.ErrorIs(t, err, ErrOpen)
		require.EqualValues(t, 1, k.count.Load())
		k.remove(key, k.find(key))
	}
}

// A nil interface is a key like any other.
func TestNilKeyMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[any](Config{Failures: 2, Cooldown: time.Second}, 1)
		for _, key := range []any{nil, "other"} {
			permit, err := k.Allow(key)
			require.NoError(t, err)
			permit.Done(Failure)
			assert.NotNil(t, k.find(key))
			time.Sleep(time.Minute)
		}
		assert.Nil(t, k.find(nil))
	})
}
