package breaker

import (
	"errors"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestForceOneKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Name: "ledger", Failures: 1, Cooldown: time.Minute}, 0)
		require.NoError(t, k.Key("a").ForceOpen())
		err := callKey(k, "a", Success)
		assert.EqualError(t, err, `circuit breaker "ledger" is forced open`)
		assert.NotNil(t, k.Refuses("a", time.Hour))
		assert.NoError(t, callKey(k, "b", Success), "another key")
		assert.Equal(t, KeyedSnapshot{Keys: 1, ForcedOpen: 1, Refused: 1, Rest: Snapshot{Name: "ledger"}}, k.Snapshot())

		require.NoError(t, k.Key("a").ForceClose())
		for range 3 {
			assert.NoError(t, callKey(k, "a", Failure))
			assert.NoError(t, callKey(k, "a", Success))
			assert.NoError(t, callKey(k, "a", Alive))
		}
		assert.Equal(t, 1, k.Snapshot().ForcedClosed, "neither failures nor successes end it")

		k.Key("a").Reset()
		assert.Zero(t, k.Snapshot().Keys, "the key is healthy")
		assert.Zero(t, k.count.Load())
		failKey(k, "a", 1)
		assert.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
		k.Key("a").Reset()
		assert.NoError(t, callKey(k, "a", Success), "Reset closes a breaker that nobody has forced")
		k.Key("c").Reset()
		assert.Zero(t, k.Snapshot().Keys)
		assert.EqualValues(t, 2, k.Snapshot().Refused, "the breaker that refused is gone")
	})
}

// An attempt that began before its key was forced does not count.
func TestAttemptsFromBeforeTheKeyWasForced(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 1}, 0)
	var begun [2]KeyPermit[string]
	for i := range begun {
		begun[i], _ = k.Allow("a")
	}
	require.NoError(t, k.Key("a").ForceClose())
	begun[0].Done(Failure)
	begun[1].Done(Success)
	assert.NoError(t, callKey(k, "a", Success))
	assert.Equal(t, 1, k.Snapshot().ForcedClosed)
}

// A forced key makes no room, however long nothing fails.
func TestForcedKeyIsNotSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[int](Config{Name: "ledger", Failures: 1, Cooldown: time.Second}, 2)
		require.NoError(t, k.Key(1).ForceOpen())
		require.NoError(t, k.Key(2).ForceClose())
		time.Sleep(time.Hour)
		assert.EqualError(t, k.Key(3).ForceOpen(), `breaker "ledger": no room for the breaker of another key: those of 2 keys are forced`)
		failKey(k, 3, 1)
		assert.Equal(t, Open, k.rest.State(), "it shares the breaker of the rest")
		assert.Equal(t, 1, k.Snapshot().ForcedOpen)
		assert.Equal(t, 1, k.Snapshot().ForcedClosed)

		k.Key(2).Reset()
		assert.NoError(t, k.Key(3).ForceOpen(), "there is room")
		require.NoError(t, k.Key(1).ForceClose(), "and a forced key needs none")
	})
}

// An operator can force a key while as many others fail as can have a breaker. The one whose
// last failure is the oldest goes, even if its breaker is open.
func TestForcedKeyFindsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[int](Config{Failures: 1, Cooldown: time.Hour}, 3)
		require.NoError(t, k.Key(1).ForceOpen())
		for key := range 2 {
			time.Sleep(time.Second)
			failKey(k, 2+key, 1)
		}
		require.NoError(t, k.Key(4).ForceOpen())
		assert.Equal(t, []int{1, 3, 4}, slices.Sorted(maps.Keys(maps.Collect(k.Each()))))
		assert.NoError(t, callKey(k, 2, Failure), "it has lost its breaker")
		assert.Equal(t, Open, k.rest.State(), "and shares that of the rest")
		require.NoError(t, k.Key(3).ForceOpen(), "it has a breaker")
		assert.Error(t, k.Key(2).ForceOpen())
	})
}

// A failure that is about to count keeps its breaker.
func TestForcedKeyBesideOneThatIsHeld(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 1)
	failKey(k, "a", 1)
	bad, err := k.Allow("a")
	require.NoError(t, err)
	e := bad.bad(k)
	assert.Error(t, k.Key("b").ForceOpen())
	bad.Permit.Done(Failure)
	e.release()
	assert.Equal(t, Open, k.Key("a").Snapshot().State)
	assert.NoError(t, k.Key("b").ForceOpen())
}

func TestForceKeyThatDoesNotEqualItself(t *testing.T) {
	k := NewKeyed[float64](Config{Name: "ledger"}, 0)
	assert.EqualError(t, k.Key(math.NaN()).ForceClose(), `breaker "ledger": a key that does not equal itself has no breaker of its own`)
	assert.Zero(t, k.Snapshot().Keys)
	k.Key(math.NaN()).Reset()
}

func TestKeyBreakerOfNone(t *testing.T) {
	var k *Keyed[string]
	for _, b := range []KeyBreaker{{}, k.Key("a")} {
		assert.NoError(t, b.ForceOpen())
		assert.NoError(t, b.ForceClose())
		b.Reset()
		assert.Zero(t, b.Snapshot())
	}
	assert.Empty(t, maps.Collect(k.Each()))
}

func TestSnapshotOfAKey(t *testing.T) {
	k := NewKeyed[string](Config{Name: "ledger", Instance: "eu-west", Failures: 2}, 1)
	k.rest.SetMode(WatchOnly)
	assert.Equal(t, Snapshot{Name: "ledger", Instance: "eu-west", Mode: WatchOnly}, k.Key("a").Snapshot())
	k.rest.SetMode(On)
	require.NoError(t, k.Key("a").ForceOpen())
	_ = callKey(k, "a", Success)
	s := k.Key("a").Snapshot()
	assert.Equal(t, Snapshot{Name: "ledger", Instance: "eu-west", State: Open, Forced: true}, present(s))
	assert.EqualValues(t, 1, s.Refused)
	assert.EqualValues(t, 1, s.Opened)
	failKey(k, "b", 1)
	assert.Equal(t, 1, k.Key("b").Snapshot().Failures, "that of the rest, which decides")
	assert.Equal(t, k.rest.Snapshot(), k.Key("b").Snapshot())
	assert.EqualValues(t, 1, k.Snapshot().Refused)
	failKey(k, "b", 1)
	_ = callKey(k, "b", Success)
	assert.EqualValues(t, 2, k.Snapshot().Refused, "the rest refuses, too")
}

func TestEachKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2}, 0)
		failKey(k, "failed once", 1)
		failKey(k, "open", 2)
		require.NoError(t, k.Key("forced").ForceClose())
		require.NoError(t, callKey(k, "healthy", Success))
		assert.Equal(t, []string{"failed once", "forced", "open"}, slices.Sorted(maps.Keys(maps.Collect(k.Each()))))
		for key, s := range k.Each() {
			assert.Equal(t, k.Key(key).Snapshot(), s)
		}
	})
}

func TestEachKeyCanStop(t *testing.T) {
	k := NewKeyed[string](Config{}, 0)
	for _, key := range []string{"a", "b"} {
		require.NoError(t, k.Key(key).ForceOpen())
	}
	n := 0
	for range k.Each() {
		n++
		break
	}
	assert.Equal(t, 1, n)
}

// A nil interface is a key like any other.
func TestEachKeyYieldsNil(t *testing.T) {
	nothing := NewKeyed[any](Config{}, 0)
	require.NoError(t, nothing.Key(nil).ForceOpen())
	for key := range nothing.Each() {
		assert.Nil(t, key)
	}
}

// A key that watches only refuses nothing, even if it is forced open.
func TestForcedKeyWhileTheRestWatches(t *testing.T) {
	k := NewKeyed[string](Config{}, 0)
	require.NoError(t, k.Key("a").ForceOpen())
	for _, m := range []Mode{WatchOnly, Off} {
		k.rest.SetMode(m)
		assert.NoError(t, callKey(k, "a", Failure))
	}
	k.rest.SetMode(On)
	assert.Zero(t, k.Snapshot().Refused)
	assert.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
	k.rest.ForceClose()
	assert.NoError(t, callKey(k, "a", Success), "the rest decides for all keys")
	k.rest.Reset()
	assert.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
}

func TestShowKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		k := NewKeyed[string](Config{
			Name: "ledger", Instance: "eu-west", Failures: 1, Cooldown: time.Second,
			OnChange: func(c Change) { told = append(told, c.Instance+" "+c.Key+" "+c.To.String()) },
		}, 1)
		k.ShowKeys(func(key string) string { return "tenant " + key })
		failKey(k, "a", 1)
		err := callKey(k, "a", Success)
		assert.EqualError(t, err, `circuit breaker "ledger" of instance "eu-west" for key "tenant a" is open for another 1s`)
		open, _ := errors.AsType[*OpenError](err)
		assert.Equal(t, "tenant a", open.Key())
		assert.Equal(t, "eu-west", open.Instance())
		k.rest.ForceOpen()
		open, _ = errors.AsType[*OpenError](callKey(k, "a", Success))
		assert.Empty(t, open.Key(), "it is of all keys")
		assert.Equal(t, []string{"eu-west tenant a open", "eu-west  open"}, told)
	})
}

// The func that names keys is the user's code: it may use the Keyed.
func TestShowKeysRunsOutsideOfLocks(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 1, OnChange: func(Change) {}}, 1)
	k.ShowKeys(func(key string) string {
		k.Key(key).Snapshot()
		_ = callKey(k, "other", Failure)
		return key
	})
	failKey(k, "a", 1)
	assert.ErrorContains(t, callKey(k, "a", Success), `for key "a"`)
}

// Once ForceOpen has returned, no attempt is admitted until Reset, whatever comes and goes
// at the same time.
func TestForcedKeyIsNeverLost(t *testing.T) {
	for round := range rounds / 4 {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Nanosecond}, 1)
		failKey(k, "a", 1)
		k.find("a").bad.Store(0) // ages ago, so that a sweep takes it
		var forced error
		together(
			func() { spin(round % 64); forced = k.Key("a").ForceOpen() },
			func() { _ = callKey(k, "a", Success) },
			func() { failKey(k, "b", 1) },
		)
		if forced != nil {
			require.NotNil(t, k.find("b"), "a failure held the only breaker")
			continue
		}
		require.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
		require.EqualValues(t, 1, k.count.Load())
		var both sync.WaitGroup
		both.Go(func() { k.Key("a").Reset() })
		both.Go(func() { _ = callKey(k, "a", Success) })
		both.Wait()
		require.NoError(t, callKey(k, "a", Success))
		require.Zero(t, k.count.Load())
	}
}
