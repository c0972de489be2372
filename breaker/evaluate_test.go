package breaker

import (
	"math"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Several successes have counted before one of them takes the lock. The one that made the
// window hold Min attempts decides, although the share is lower by now.
func TestSuccessThatFillsTheWindowDecides(t *testing.T) {
	for name, config := range map[string]Config{
		"calls": {Rate: 50 * Percent, Min: 4, WindowCalls: 100},
		"time":  {Rate: 50 * Percent, Min: 4},
	} {
		t.Run(name, func(t *testing.T) {
			var changes []Change
			config.OnChange = func(c Change) { changes = append(changes, c) }
			b := New(config)
			fail(b, 2)
			w := b.window.Load()
			for range 3 {
				w.recent.good(clock(), never)
			}
			b.mu.Lock()
			b.evaluate(w, clock())
			b.mu.Unlock()
			b.tell()
			require.Len(t, changes, 1)
			assert.Equal(t, 2, changes[0].Failures)
			assert.Equal(t, 4, changes[0].Calls, "2 of 5 would be too few")
		})
	}
}

// While the window holds nothing bad, no success takes the lock.
func TestHealthyWindowNeedsNoLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Slow: time.Second, SlowRate: all, Min: 4})
		w := b.window.Load()
		require.Equal(t, int64(never), w.check.Load())

		slowly(b, time.Second, Success)
		assert.True(t, w.bad.Load())
		assert.False(t, b.healthy(), "a slow attempt is bad, although none has failed")
		assert.EqualValues(t, unsettled, w.check.Load(), "there are fewer than Min")

		mixed(b, 3, 0)
		assert.True(t, w.bad.Load())
		assert.NotEqualValues(t, unsettled, w.check.Load())
		assert.NotEqual(t, int64(never), w.check.Load(), "when a success leaves, the share grows")

		time.Sleep(DefaultWindow)
		mixed(b, 4, 0)
		assert.False(t, w.bad.Load())
		assert.Equal(t, int64(never), w.check.Load())
	})
}

// New asks how many processors there are, and changes nothing about them.
func TestNewLeavesTheProcessorsAlone(t *testing.T) {
	before := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(before)
	New(Config{Rate: all})
	assert.Equal(t, 2, runtime.GOMAXPROCS(0))
}

// A failure that was decided on before the breaker opened does not open it again.
func TestFailureBesideAnOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 2, Cooldown: time.Minute})
		fail(b, 1)
		stale := b.load()
		fail(b, 1)
		refusal := b.Refusal()
		require.NotNil(t, refusal)
		time.Sleep(time.Second)
		b.mu.Lock()
		assert.False(t, b.try(stale, move{to: Closed}))
		b.mu.Unlock()
		b.trip(stale)
		assert.Same(t, refusal, b.Refusal())
		assert.Equal(t, 59*time.Second, b.Refusal().RetryAfter())
	})
}

// An attempt that finds the breaker open only under the lock is refused as well.
func TestOpeningBesideAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second})
		fail(b, 1)
		time.Sleep(time.Second - time.Nanosecond)
		permit, err := b.admit()
		assert.Zero(t, permit)
		assert.Same(t, b.Refusal(), err)
		assert.Equal(t, Open, b.State())
	})
}

// An attempt that finds the breaker closed only under the lock counts like any other.
func TestClosingBesideAnAttempt(t *testing.T) {
	b := New(Config{Failures: 2})
	permit, err := b.admit()
	require.NoError(t, err)
	permit.Done(Failure)
	assert.Equal(t, 1, b.Snapshot().Failures)
}

// One failed probe opens the breaker again.
func TestChangeByAFailedProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var last Change
		b := New(Config{Failures: 3, Cooldown: time.Second, OnChange: func(c Change) { last = c }})
		fail(b, 3)
		require.Equal(t, 3, last.Failures)
		time.Sleep(time.Second)
		fail(b, 1)
		assert.Equal(t, Change{From: HalfOpen, To: Open, At: time.Now(), Cooldown: time.Second, Failures: 1}, last)
	})
}

// The numbers of probes wrap around and leave out zero, which is no probe.
func TestNumbersOfProbesWrapAround(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second, Probes: 2, Successes: 2})
		fail(b, 1)
		time.Sleep(time.Second)
		b.lastProbe = math.MaxUint32 - 1
		last, next := allowed(t, b), allowed(t, b)
		assert.Equal(t, uint32(math.MaxUint32), last.given.probe())
		assert.EqualValues(t, 1, next.given.probe())
		assert.True(t, next.Probe())
		last.Done(Success)
		next.Done(Success)
		assert.Equal(t, Closed, b.State())
	})
}
