package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Alive does not end a run of failures.
func TestAliveKeepsTheRunOfFailures(t *testing.T) {
	for name, config := range map[string]Config{
		"alone":                {Failures: 2},
		"beside a slow rate":   {Failures: 2, Slow: time.Second, SlowRate: 50 * Percent},
		"in a window of calls": {Failures: 2, Slow: time.Second, SlowRate: 50 * Percent, WindowCalls: 100},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(config)
			for range 100 {
				require.NoError(t, call(b, Alive))
			}
			assert.Zero(t, b.Snapshot().Failures, "Alive is no failure")
			fail(b, 1)
			require.NoError(t, call(b, Alive))
			assert.Equal(t, 1, b.Snapshot().Failures, "Alive is no success")
			fail(b, 1)
			assert.Equal(t, Open, b.State())
		})
	}
}

// Alive lowers the share of failures, as a success does.
func TestAliveDilutesARate(t *testing.T) {
	for name, config := range map[string]Config{
		"in a time":      {Rate: 50 * Percent, Min: 10},
		"of some number": {Rate: 50 * Percent, Min: 10, WindowCalls: 100},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(config)
			for range 98 {
				require.NoError(t, call(b, Alive))
			}
			fail(b, 2)
			assert.Equal(t, Closed, b.State(), "2%")
			assert.Equal(t, 100, b.Snapshot().Calls)
			assert.Equal(t, 2, b.Snapshot().Failures)
		})
	}
}

// Alive can be the attempt with which the window holds Min.
func TestAliveEvaluatesTheWindow(t *testing.T) {
	b := New(Config{Rate: 50 * Percent, Min: 10})
	fail(b, 9)
	require.Equal(t, Closed, b.State())
	require.NoError(t, call(b, Alive))
	assert.Equal(t, Open, b.State())
}

func TestSlowAliveIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Slow: time.Second, SlowRate: 50 * Percent, Min: 2, Cooldown: time.Minute})
		slowly(b, time.Second, Alive)
		assert.Equal(t, 1, b.Snapshot().Slow)
		slowly(b, time.Second, Alive)
		require.Equal(t, Open, b.State())
		time.Sleep(time.Minute)
		slowly(b, time.Second, Alive)
		assert.Equal(t, Open, b.State(), "a slow probe has failed")
	})
}

func TestAliveEndsAProbeWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Minute, Successes: 3})
		fail(b, 1)
		time.Sleep(time.Minute)
		require.NoError(t, call(b, Alive))
		require.NoError(t, call(b, Success))
		assert.Equal(t, Snapshot{State: HalfOpen, Openings: 1, Successes: 2}, present(b.Snapshot()))
		require.NoError(t, call(b, Alive))
		assert.Equal(t, Closed, b.State())
	})
}

// Alive makes no entry for a key, and removes one that has nothing to remember.
func TestAliveOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Minute}, 0)
		require.NoError(t, callKey(k, "a", Alive))
		assert.Zero(t, k.Snapshot().Keys)

		failKey(k, "a", 1)
		require.NoError(t, callKey(k, "a", Alive))
		assert.Equal(t, 1, k.find("a").Snapshot().Failures, "the entry remembers a failure")

		failKey(k, "a", 1)
		require.Equal(t, 1, k.Snapshot().Open)
		time.Sleep(time.Minute)
		require.NoError(t, callKey(k, "a", Alive))
		assert.Zero(t, k.Snapshot().Keys, "the key is healthy again")
	})
}

func TestSlowAliveOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Slow: time.Second, SlowRate: 50 * Percent, Min: 2}, 0)
		permit, err := k.Allow("a")
		require.NoError(t, err)
		time.Sleep(time.Second)
		permit.Done(Alive)
		require.Equal(t, 1, k.Snapshot().Keys)
		assert.Equal(t, 1, k.find("a").Snapshot().Slow)
	})
}

// Like a success, Alive takes no lock while the dependency is well.
func TestAliveTakesNoLock(t *testing.T) {
	b := New(Config{Rate: 50 * Percent})
	b.mu.Lock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = call(b, Alive)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("it waits")
	}
	b.mu.Unlock()
	<-done
	assert.Equal(t, 1, b.Snapshot().Calls)
}
