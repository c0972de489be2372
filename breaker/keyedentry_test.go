package breaker

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run the steps of two attempts one after the other, in orders in which they
// may meet.

// A success between two steps of a failure does not remove the entry, although the entry
// has nothing to remember at that moment.
func TestEntryThatAFailureHoldsIsKept(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	failKey(k, "a", 1)
	e := k.find("a")
	bad, err := k.Allow("a")
	require.NoError(t, err)

	require.Same(t, e, bad.bad(k))
	require.NoError(t, callKey(k, "a", Success))
	require.True(t, e.healthy())
	assert.Same(t, e, k.find("a"), "it is held")
	assert.False(t, e.removed.Load())
	bad.Permit.Done(Failure)
	e.release()
	assert.Equal(t, 1, e.Snapshot().Failures)
	k.letGo("a", e)
	assert.Same(t, e, k.find("a"), "it remembers a failure")

	failKey(k, "a", 1)
	assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, presentKeys(k.Snapshot()))
}

// Done holds the entry until the failure is counted.
func TestDoneHoldsTheEntryWhileItCounts(t *testing.T) {
	var k *Keyed[string]
	told := false
	k = NewKeyed[string](Config{Failures: 1, OnChange: func(Change) {
		told = true
		assert.EqualValues(t, 1, k.find("a").holders.Load())
	}}, 0)
	failKey(k, "a", 1)
	assert.True(t, told)
	assert.Zero(t, k.find("a").holders.Load())
}

// A success removes an entry that nobody holds and that has nothing to remember.
func TestHealthyEntryIsFreed(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	failKey(k, "a", 1)
	e := k.find("a")
	require.NoError(t, callKey(k, "a", Success))
	assert.Nil(t, k.find("a"))
	assert.True(t, e.removed.Load())
	assert.Zero(t, e.holders.Load())
	assert.Zero(t, k.count.Load())
	k.letGo("a", e)
	assert.Zero(t, k.count.Load(), "once")
}

// A failure whose entry was removed counts in a new one, and holds that.
func TestFailureOfARemovedEntryEntersTheKeyAnew(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	failKey(k, "a", 1)
	old := k.find("a")
	bad, err := k.Allow("a")
	require.NoError(t, err)
	require.NoError(t, callKey(k, "a", Success))
	require.True(t, old.removed.Load())

	e := bad.bad(k)
	require.NotNil(t, e)
	require.NotSame(t, old, e)
	assert.Zero(t, old.holders.Load())
	k.letGo("a", e)
	assert.Same(t, e, k.find("a"), "it is held")
	bad.Permit.Done(Failure)
	e.release()
	assert.Equal(t, 1, e.Snapshot().Failures)
	assert.Zero(t, old.Snapshot().Failures)
}

// An entry that is no longer healthy when it is about to be removed stays and works.
func TestEntryThatIsNotIdleIsKept(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	failKey(k, "a", 1)
	e := k.find("a")
	k.remove("a", e, e.healthy)
	assert.Same(t, e, k.find("a"))
	assert.False(t, e.removed.Load())
	assert.EqualValues(t, 1, k.count.Load())
	failKey(k, "a", 1)
	assert.Equal(t, Open, e.State())
}

// Two failures count together if the second one enters the key while the first one counts.
func TestFailuresOfAKeyCountTogether(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	var begun [2]KeyPermit[string]
	for i := range begun {
		permit, err := k.Allow("a")
		require.NoError(t, err)
		begun[i] = permit
	}
	e := begun[0].bad(k)
	begun[1].Done(Failure)
	begun[0].Permit.Done(Failure)
	e.release()
	assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, presentKeys(k.Snapshot()))
}
