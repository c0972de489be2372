package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// There was room for the key when its attempt began, and there is none when it fails.
func TestFailureThatFindsNoRoomCountsInTheRest(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 1)
	first, err := k.Allow("a")
	require.NoError(t, err)
	second, err := k.Allow("b")
	require.NoError(t, err)
	first.Done(Failure)
	second.Done(Failure)
	assert.Equal(t, KeyedSnapshot{Keys: 1, Closed: 1, Rest: Snapshot{Failures: 1}}, presentKeys(k.Snapshot()))
}

// A failure meets a removal that does not happen in the end. Its permit stays the one that
// the breaker gave, so the breaker counts it.
func TestFailureBesideARemovalThatDoesNotHappen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Second}, 0)
		failKey(k, "a", 2)
		e := k.find("a")
		require.True(t, e.hold(), "or the success would remove it")
		time.Sleep(time.Second)
		require.NoError(t, callKey(k, "a", Success))
		require.Equal(t, Closed, e.State(), "in a later generation than the first")

		bad, err := k.Allow("a")
		require.NoError(t, err)
		e.removed.Store(true)
		require.Same(t, e, bad.bad(k))
		e.removed.Store(false)
		bad.Permit.Done(Failure)
		assert.Equal(t, 1, e.Snapshot().Failures)
	})
}

// The failure leaves the window unseen, because a success after it lowers the share
// anyway. The 64th success looks.
func TestHowOftenSuccessesOfAKeyLook(t *testing.T) {
	const length = 10
	k := NewKeyed[string](Config{Rate: 50 * Percent, Min: length, WindowCalls: length}, 0)
	failKey(k, "a", 1)
	for range lookEvery - 1 {
		require.NoError(t, callKey(k, "a", Success))
	}
	assert.Equal(t, 1, k.Snapshot().Keys)
	require.NoError(t, callKey(k, "a", Success))
	assert.Zero(t, k.Snapshot().Keys)
}

// A permit reports once, also when its key has lost the breaker that counted the report.
func TestSecondDoneOfAKeyDoesNothing(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	permit, err := k.Allow("a")
	require.NoError(t, err)
	permit.Done(Failure)
	require.NoError(t, callKey(k, "a", Success))
	require.Zero(t, k.Snapshot().Keys)
	permit.Done(Failure)
	assert.Zero(t, k.Snapshot().Keys)
}

// A KeyPermit may hold the permit of a Breaker that is not for keys.
func TestKeyPermitOfABreaker(t *testing.T) {
	b := New(Config{Failures: 1})
	permit := KeyPermit[string]{Permit: allowed(t, b)}
	permit.Done(Failure)
	assert.Equal(t, Open, b.State())
}

// A slow attempt that says nothing about the dependency gives its key no breaker.
func TestSlowNeutralAttemptOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Slow: time.Second, SlowRate: all}, 0)
		permit, err := k.Allow("a")
		require.NoError(t, err)
		time.Sleep(time.Second)
		permit.Done(Neutral)
		assert.Zero(t, k.Snapshot().Keys)
	})
}

// While the mode is Off, not even the success of a probe counts.
func TestProbeOfAKeyThatReportsToABreakerThatIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 1, Cooldown: time.Second}, 0)
		failKey(k, "a", 1)
		time.Sleep(time.Second)
		probe, err := k.Allow("a")
		require.NoError(t, err)
		k.Rest().SetMode(Off)
		probe.Done(Success)
		k.Rest().SetMode(On)
		assert.Equal(t, KeyedSnapshot{Keys: 1, HalfOpen: 1}, presentKeys(k.Snapshot()))
	})
}
