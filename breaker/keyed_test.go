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

// callKey makes one attempt with a key.
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
		assert.Zero(t, k.Snapshot().Keys, "the key is healthy again")
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
	assert.Equal(t, KeyedSnapshot{Keys: 2, Closed: 1, Open: 1}, presentKeys(k.Snapshot()))
	assert.NoError(t, callKey(k, 7, Success))
	assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, presentKeys(k.Snapshot()))
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = callKey(k, 9, Success) }))
}

func TestKeysBeyondTheMostShareOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[int](Config{Failures: 2, Cooldown: time.Minute}, 10)
		for key := range 10 {
			failKey(k, key, 2)
		}
		require.Equal(t, KeyedSnapshot{Keys: 10, Open: 10}, presentKeys(k.Snapshot()))
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

// Zero means 1024 keys. One more key shares the breaker of the rest.
func TestDefaultNumberOfKeys(t *testing.T) {
	k := NewKeyed[int](Config{Failures: 2}, 0)
	for key := range 1025 {
		failKey(k, key, 1)
	}
	assert.Equal(t, KeyedSnapshot{Keys: 1024, Closed: 1024, Rest: Snapshot{Failures: 1}}, presentKeys(k.Snapshot()))
}

// Keys that failed once and never come back must not keep other keys from a breaker for
// ever. A breaker that still refuses must not be dropped.
func TestForgottenKeysMakeRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[int](Config{Failures: 2, Cooldown: time.Minute}, 10)
		for key := range 10 {
			failKey(k, key, 1+key%2)
		}
		time.Sleep(time.Minute)
		failKey(k, 0, 1) // its second failure
		failKey(k, 20, 1)
		require.Equal(t, 10, k.Snapshot().Keys)
		require.ErrorIs(t, callKey(k, 0, Success), ErrOpen)
		time.Sleep(time.Minute)
		failKey(k, 21, 1)
		assert.Equal(t, KeyedSnapshot{Keys: 2, Closed: 1, Open: 1, Rest: Snapshot{Failures: 1}}, presentKeys(k.Snapshot()), "key 0, whose failure is a minute old, and key 21")
	})
}

// Twice a cooldown of 150 years does not fit into a Duration. It must not become negative,
// because then an open key would make room at once.
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

// The map would never find a key again that does not equal itself, and could not remove it.
// All such keys share the breaker of the rest.
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
	var other K // a healthy key
	assert.NoError(t, callKey(k, other, Success))
	assert.Nil(t, k.Refuses(other, 0))
	require.NoError(t, callKey(k, odd, Success), "a probe")
	assert.Zero(t, k.Snapshot().Rest.Failures)
	assert.Equal(t, Closed, k.Snapshot().Rest.State)
}

// A sweep visits all keys. If an attacker sends new keys that all fail, not each of them
// may cause a sweep, because other attempts would wait for it.
func TestHostileKeysDoNotSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 10
		k := NewKeyed[int](Config{Failures: 1, Cooldown: 100 * time.Millisecond}, most)
		for key := range most {
			failKey(k, key, 1)
		}
		failKey(k, most, 1) // sweeps and finds no room
		time.Sleep(sweepPause - time.Nanosecond)
		failKey(k, most+1, 1)
		assert.Equal(t, most, k.Snapshot().Keys, "all keys could go, but it is too early for a sweep")
		time.Sleep(time.Nanosecond)
		failKey(k, most+2, 1)
		assert.Equal(t, 1, k.Snapshot().Keys, "a second after the last sweep")
	})
}

// A key that fails leaves nothing behind if there is no room. Looking it up in the map
// copies the key, and nothing else is allocated.
func TestHostileKeysAllocateLittle(t *testing.T) {
	const most = 10
	k := NewKeyed[int](Config{}, most)
	key := 1 << 20 // Go does not allocate for small numbers
	next := func() { key++; failKey(k, key, 1) }
	for range 2 * most {
		next()
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(1000, next), 2.0, "Allow and Done each look the key up once")
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
		assert.ErrorIs(t, callKey(k, "b", Success), ErrOpen, "slow attempts count from the first one on")

		failKey(k, "c", 1)
		time.Sleep(DefaultWindow)
		require.NoError(t, callKey(k, "c", Success))
		assert.Equal(t, 2, k.Snapshot().Keys, "c is healthy again")
	})
}

// An attempt that began while the key had no breaker counts until the breaker of the key
// changes its state.
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
		assert.Equal(t, KeyedSnapshot{Keys: 1, Closed: 1}, presentKeys(k.Snapshot()), "the first failure of a healthy key")
	})
}

// The permit of a breaker that has been removed counts as if the key had had none.
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
	assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, presentKeys(k.Snapshot()))
}

// OnChange panics: the key whose breaker closed loses it nevertheless, and another key can
// have one.
func TestPanickingListenerOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 1, Cooldown: time.Second, OnChange: func(c Change) { panic(c.To.String()) }}, 1)
		assert.PanicsWithValue(t, "open", func() { _ = callKey(k, "a", Failure) })
		assert.Zero(t, k.find("a").holders.Load(), "it is released")
		require.ErrorIs(t, callKey(k, "a", Success), ErrOpen)
		time.Sleep(time.Second)
		assert.PanicsWithValue(t, "half-open", func() { _, _ = k.Allow("a") })
		probe, err := k.Allow("a")
		require.NoError(t, err, "the place of the permit that nobody got is free")
		assert.PanicsWithValue(t, "closed", func() { probe.Done(Success) })
		assert.Zero(t, presentKeys(k.Snapshot()), "the key is healthy again")

		assert.PanicsWithValue(t, "open", func() { _ = callKey(k, "b", Failure) })
		assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, presentKeys(k.Snapshot()), "there was room for b")
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

// An attacker sends new keys that all fail: each costs a look into the map, and no memory.
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
