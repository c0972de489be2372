package breaker

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A success removes the entry of a healthy key. It must not do so while a failure is being
// counted there.
func TestFailureBesideASuccessIsNotLost(t *testing.T) {
	k := NewKeyed[int](Config{Failures: 1, Cooldown: time.Hour}, 0)
	for key := range 5000 {
		e := k.enter(key)
		require.NotNil(t, e, "as after a failure and a success")
		e.release()
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
		k.remove(key, k.find(key), func() bool { return true })
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

// A key whose breaker made room for another key, and that finds no room now, shares the
// breaker of the rest.
func TestFailureOfAKeyWithoutRoomCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Second}, 1)
		fail := func(key string) KeyPermit[string] {
			permit, err := k.Allow(key)
			require.NoError(t, err)
			permit.Done(Failure)
			permit, err = k.Allow(key)
			require.NoError(t, err)
			return permit
		}
		late := fail("a")
		time.Sleep(time.Minute)
		fail("b")
		require.Nil(t, k.find("a"))
		late.Done(Failure)
		assert.Equal(t, 1, k.rest.Snapshot().Failures)
	})
}

// While the window holds a failure, most successes take no lock and do not add it up.
func TestSuccessOfAnAilingKeyTakesNoLock(t *testing.T) {
	k := NewKeyed[string](Config{Rate: 50 * Percent, Min: 10, WindowCalls: 1000}, 0)
	for range 20 { // more than Min
		permit, err := k.Allow("a")
		require.NoError(t, err)
		if k.find("a") == nil {
			permit.Done(Failure)
		} else {
			permit.Done(Success)
		}
	}
	e := k.find("a")
	require.NotNil(t, e)
	e.mu.Lock()
	defer e.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		permit, _ := k.Allow("a")
		permit.Done(Success)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it waits")
	}
}

// Successes look often enough: a key loses its breaker soon after the failure has left the
// window.
func TestAilingKeyIsLetGo(t *testing.T) {
	const length = 20
	k := NewKeyed[string](Config{Rate: 50 * Percent, Min: 10, WindowCalls: length}, 0)
	for n := range 1 + length + lookEvery {
		permit, err := k.Allow("a")
		require.NoError(t, err)
		if n == 0 {
			permit.Done(Failure)
			continue
		}
		permit.Done(Success)
	}
	assert.Zero(t, k.Snapshot().Keys)
}

// A failure must not be lost while a sweep makes room: the breaker of its key counts it, or
// the breaker of the rest.
func TestFailureBesideASweepIsNotLost(t *testing.T) {
	for round := range rounds {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Hour}, 1)
		failKey(k, "a", 1)
		k.find("a").bad.Store(0) // ages ago
		permit, err := k.Allow("a")
		require.NoError(t, err)
		together(
			func() { spin(round % 64); permit.Done(Failure) },
			func() { failKey(k, "b", 1) },
		)
		counted := k.rest.Snapshot().Failures
		if e := k.find("a"); e != nil && e.State() == Open {
			counted++
		}
		if k.find("b") != nil {
			counted++
		}
		require.Equal(t, 2, counted)
	}
}
