package breaker

import (
	"fmt"
	"math"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callKey is call for a key.
func callKey[K comparable](k *Keyed[K], key K, o Outcome) error {
	permit, err := k.Allow(key)
	permit.Done(o)
	return err
}

func failKey[K comparable](k *Keyed[K], key K, n int) {
	for range n {
		_ = callKey(k, key, Failure)
	}
}

func TestKeysHaveBreakersOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Name: "ledger", Failures: 2, Cooldown: time.Minute}, 0)
		failKey(k, "a", 2)
		err := callKey(k, "a", Success)
		require.ErrorIs(t, err, ErrOpen)
		assert.EqualError(t, err, `circuit breaker "ledger" is open for another 1m0s`, "the key may be a secret")
		assert.NoError(t, callKey(k, "b", Success))
		assert.NotNil(t, k.Refuses("a", time.Second))
		assert.Nil(t, k.Refuses("a", time.Minute))
		assert.Nil(t, k.Refuses("b", 0))
		time.Sleep(time.Minute)
		assert.NoError(t, callKey(k, "a", Success))
		assert.Zero(t, k.Snapshot().Keys, "well again, and forgotten")
	})
}

func TestOnlyKeysWithFailuresTakeMemory(t *testing.T) {
	k := NewKeyed[int](Config{Failures: 3}, 0)
	for i := range 10_000 {
		require.NoError(t, callKey(k, i, Success))
		require.NoError(t, callKey(k, i, Neutral))
	}
	assert.Zero(t, k.Snapshot().Keys)
	failKey(k, 7, 2)
	failKey(k, 8, 3)
	assert.Equal(t, KeyedSnapshot{Keys: 2, Open: 1}, k.Snapshot())
	assert.NoError(t, callKey(k, 7, Success))
	assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, k.Snapshot())
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = callKey(k, 9, Success) }))
}

func TestKeysBeyondTheMostShareOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[int](Config{Failures: 2, Cooldown: time.Minute}, 10)
		for key := range 10 {
			failKey(k, key, 2)
		}
		require.Equal(t, KeyedSnapshot{Keys: 10, Open: 10}, k.Snapshot())
		failKey(k, 10, 1)
		failKey(k, 11, 1)
		assert.ErrorIs(t, callKey(k, 12, Success), ErrOpen)
		assert.NotNil(t, k.Refuses(12, 0))
		assert.Equal(t, 10, k.Snapshot().Keys)
		assert.Equal(t, Open, k.Snapshot().Rest.State)

		time.Sleep(time.Minute)
		require.NoError(t, callKey(k, 3, Success))
		assert.NoError(t, callKey(k, 13, Failure), "there is room again")
		assert.Equal(t, 10, k.Snapshot().Keys)
		assert.NoError(t, callKey(k, 12, Success), "the probe of the rest")
		assert.Equal(t, Closed, k.Snapshot().Rest.State)
	})
}

// Zero is 1024 keys: one more shares the breaker of the rest.
func TestDefaultNumberOfKeys(t *testing.T) {
	k := NewKeyed[int](Config{Failures: 2}, 0)
	for key := range 1025 {
		failKey(k, key, 1)
	}
	assert.Equal(t, KeyedSnapshot{Keys: 1024, Rest: Snapshot{Failures: 1}}, k.Snapshot())
}

// Keys that come once and fail must not keep the others from having a breaker for
// ever; nor may one be dropped that is still refusing.
func TestForgottenKeysMakeRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[int](Config{Failures: 2, Cooldown: time.Minute}, 10)
		for key := range 10 {
			failKey(k, key, 1+key%2)
		}
		time.Sleep(time.Minute)
		failKey(k, 0, 1) // its second one
		failKey(k, 20, 1)
		require.Equal(t, 10, k.Snapshot().Keys)
		require.ErrorIs(t, callKey(k, 0, Success), ErrOpen)
		time.Sleep(time.Minute)
		failKey(k, 21, 1)
		assert.Equal(t, KeyedSnapshot{Keys: 2, Open: 1, Rest: Snapshot{Failures: 1}}, k.Snapshot(), "0, whose failure is a minute old, and 21")
	})
}

// A cooldown of centuries is the longest time there is, twice as well: whoever it keeps
// away must not come back because a key makes room at once.
func TestLongestCooldownMakesNoRoom(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for name, config := range map[string]Config{
		"cooldown":     {Failures: 1, Cooldown: 150 * year},
		"max cooldown": {Failures: 1, MaxCooldown: math.MaxInt64},
		"window":       {Rate: all, Min: 1, Window: 200 * year},
	} {
		t.Run(name, func(t *testing.T) {
			k := NewKeyed[string](config, 1)
			failKey(k, "a", 1)
			failKey(k, "b", 1) // sweeps
			assert.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
			assert.Equal(t, 1, k.Snapshot().Open)
		})
	}
}

// A key that does not equal itself could never be found again, nor removed. All such keys
// share the breaker of the rest.
func TestKeysThatDoNotEqualThemselvesShareOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nan := math.NaN()
		testOddKey(t, nan)
		testOddKey[any](t, nan)
		testOddKey[any](t, complex(1, nan))
		testOddKey(t, [2]float32{1, float32(nan)})
		testOddKey(t, struct {
			tenant string
			shard  any
		}{"a", nan})
	})
}

func testOddKey[K comparable](t *testing.T, odd K) {
	t.Helper()
	k := NewKeyed[K](Config{Failures: 3, Cooldown: time.Second}, 10)
	require.NoError(t, callKey(k, odd, Success))
	for range 20 {
		failKey(k, odd, 3)
		assert.ErrorIs(t, callKey(k, odd, Success), ErrOpen)
		assert.NotNil(t, k.Refuses(odd, 0))
		time.Sleep(time.Second)
	}
	assert.Zero(t, k.Snapshot().Keys)
	for range k.entries.Range {
		assert.Fail(t, "an entry that nobody finds")
	}
	var other K // is well
	assert.NoError(t, callKey(k, other, Success))
	assert.Nil(t, k.Refuses(other, 0))
	require.NoError(t, callKey(k, odd, Success), "a probe")
	assert.Zero(t, k.Snapshot().Rest.Failures)
	assert.Equal(t, Closed, k.Snapshot().Rest.State)
}

// Looking for room is a walk over all keys: keys that all fail must not cause one
// each, for then whoever chooses the keys has the others wait.
func TestHostileKeysDoNotSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 10
		k := NewKeyed[int](Config{Failures: 1, Cooldown: 100 * time.Millisecond}, most)
		for key := range most {
			failKey(k, key, 1)
		}
		failKey(k, most, 1) // sweeps, and finds no room
		time.Sleep(sweepPause - time.Nanosecond)
		failKey(k, most+1, 1)
		assert.Equal(t, most, k.Snapshot().Keys, "all could go, but nobody looks")
		time.Sleep(time.Nanosecond)
		failKey(k, most+2, 1)
		assert.Equal(t, 1, k.Snapshot().Keys, "a second after the last sweep")
	})
}

// Of a key that fails there is nothing left where there is no room: the key is
// copied for the look into the map, and that is all.
func TestHostileKeysAllocateLittle(t *testing.T) {
	const most = 10
	k := NewKeyed[int](Config{}, most)
	key := 1 << 20 // small numbers need no memory, whatever is done with them
	next := func() { key++; failKey(k, key, 1) }
	for range 2 * most {
		next()
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(1000, next), 2.0, "Allow and Done look once each")
}

func TestKeyWithAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Rate: 50 * Percent, Min: 4, Slow: time.Second, SlowRate: 50 * Percent}, 0)
		for range 100 {
			require.NoError(t, callKey(k, "a", Success))
		}
		failKey(k, "a", 1)
		for range 2 {
			require.NoError(t, callKey(k, "a", Success))
		}
		failKey(k, "a", 1)
		assert.ErrorIs(t, callKey(k, "a", Success), ErrOpen, "2 of 4 since the first failure")

		for range 4 {
			permit, err := k.Allow("b")
			require.NoError(t, err)
			time.Sleep(time.Second)
			permit.Done(Success)
		}
		assert.ErrorIs(t, callKey(k, "b", Success), ErrOpen, "slow ones count from the first on")

		failKey(k, "c", 1)
		time.Sleep(DefaultWindow)
		require.NoError(t, callKey(k, "c", Success))
		assert.Equal(t, 2, k.Snapshot().Keys, "c is well again")
	})
}

// A call that was begun while the key had no breaker counts as long as that has not
// changed its state, and later no more.
func TestLateResultsOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 3, Cooldown: time.Second}, 0)
		begun := make([]KeyPermit[string], 5)
		for i := range begun {
			permit, err := k.Allow("a")
			require.NoError(t, err)
			begun[i] = permit
		}
		for i := range 3 {
			begun[i].Done(Failure)
			begun[i].Done(Failure) // does nothing
		}
		require.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
		time.Sleep(time.Second)
		probe, err := k.Allow("a")
		require.NoError(t, err)
		begun[3].Done(Failure)
		require.Equal(t, 1, k.Snapshot().HalfOpen)
		probe.Done(Success)
		require.Zero(t, k.Snapshot().Keys)
		begun[4].Done(Failure)
		assert.Equal(t, KeyedSnapshot{Keys: 1}, k.Snapshot(), "a first failure of a key that is well")
	})
}

// A permit of a breaker that has been let go since counts as if the key had had none.
func TestPermitOfABreakerThatIsGone(t *testing.T) {
	k := NewKeyed[string](Config{Failures: 2}, 0)
	failKey(k, "a", 1)
	var begun [2]KeyPermit[string]
	for i := range begun {
		begun[i], _ = k.Allow("a")
	}
	require.NoError(t, callKey(k, "a", Success))
	require.Zero(t, k.Snapshot().Keys)
	for i := range begun {
		begun[i].Done(Failure)
	}
	assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, k.Snapshot())
}

// A listener that leaves by panic: the key whose breaker has closed loses it all the
// same, and another key finds it in order.
func TestPanickingListenerOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 1, Cooldown: time.Second, OnChange: func(c Change) { panic(c.To.String()) }}, 1)
		assert.PanicsWithValue(t, "open", func() { _ = callKey(k, "a", Failure) })
		assert.Zero(t, k.find("a").holders.Load(), "it is released")
		require.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
		time.Sleep(time.Second)
		assert.PanicsWithValue(t, "half-open", func() { _, _ = k.Allow("a") })
		probe, err := k.Allow("a")
		require.NoError(t, err, "the place of the probe that nobody got is free")
		assert.PanicsWithValue(t, "closed", func() { probe.Done(Success) })
		assert.Zero(t, k.Snapshot(), "well again, and forgotten")

		assert.PanicsWithValue(t, "open", func() { _ = callKey(k, "b", Failure) })
		assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, k.Snapshot(), "there was room for it")
	})
}

func TestKeyedUnderLoad(t *testing.T) {
	const most = 16
	k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Nanosecond, OnChange: func(Change) {}}, most)
	var callers sync.WaitGroup
	for i := range 8 {
		callers.Go(func() {
			for n := range 2000 {
				_ = callKey(k, strconv.Itoa(n%37), Outcome((n+i)%4))
			}
		})
	}
	callers.Wait()
	for n := range 37 {
		for range 2 {
			assert.NoError(t, callKey(k, strconv.Itoa(n), Success))
		}
	}
	assert.Zero(t, k.Snapshot().Keys)
	assert.Zero(t, k.count.Load())
}

func TestKeyedRefusesNonsense(t *testing.T) {
	assert.Panics(t, func() { NewKeyed[int](Config{Failures: -1}, 0) })
	assert.Panics(t, func() { NewKeyed[int](Config{}, -1) })
}

func TestNilKeyedAllowsEverything(t *testing.T) {
	var k *Keyed[int]
	assert.NoError(t, callKey(k, 1, Failure))
	assert.Nil(t, k.Refuses(1, 0))
	assert.Zero(t, k.Snapshot())
}

// Keys of an attacker that all fail cost a look at the map each, and no memory.
func BenchmarkHostileKeys(b *testing.B) {
	k := NewKeyed[string](Config{}, 0)
	keys := make([]string, 100_000)
	for i := range keys {
		keys[i] = fmt.Sprint("key ", i)
		_ = callKey(k, keys[i], Failure)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_ = callKey(k, keys[i%len(keys)], Failure)
	}
}
