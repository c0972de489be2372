package generic_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/generic"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// flaky fails a number of times.
type flaky struct {
	failures int
	contexts []string // what the attempts read from their contexts
}

type callerKey struct{}

func (f *flaky) attempt(ctx context.Context) error {
	f.contexts = append(f.contexts, fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx)))
	if f.failures > 0 {
		f.failures--
		return errDown
	}
	return nil
}

// table is a Cache.
type table[K comparable, V any] struct {
	flaky
	entries map[K]V
	order   []K
}

func (c *table[K, V]) Get(ctx context.Context, key K) (V, error) {
	return c.entries[key], c.attempt(ctx)
}

func (c *table[K, V]) Len() int { return len(c.entries) }

func (c *table[K, V]) Put(ctx context.Context, key K, value V) error {
	if err := c.attempt(ctx); err != nil {
		return err
	}
	c.entries[key] = value
	c.order = append(c.order, key)
	return nil
}

func (c *table[K, V]) All(ctx context.Context) (map[K]V, []K, error) {
	return c.entries, c.order, c.attempt(ctx)
}

// exercise puts a value through a wrapped Cache whose methods fail twice each.
func exercise[K comparable, V any](t *testing.T, key K, value V) {
	synctest.Test(t, func(t *testing.T) {
		next := &table[K, V]{entries: map[K]V{}}
		cache := generic.NewResilientCache(next, nil)
		ctx := context.WithValue(t.Context(), callerKey{}, "me ")
		check := func(name string, call func() error) {
			start := time.Now()
			next.failures, next.contexts = 2, nil
			require.NoError(t, call(), name)
			assert.Equal(t, []string{"me 1", "me 2", "me 3"}, next.contexts, name)
			assert.Equal(t, 10*ms, time.Since(start), name)
		}
		check("Put", func() error { return cache.Put(ctx, key, value) })
		check("Get", func() error {
			got, err := cache.Get(ctx, key)
			assert.Equal(t, value, got)
			return err
		})
		check("All", func() error {
			entries, order, err := cache.All(ctx)
			assert.Equal(t, map[K]V{key: value}, entries)
			assert.Equal(t, []K{key}, order)
			return err
		})
		assert.Equal(t, 1, cache.Len())
		assert.Same(t, next, cache.Unwrap())
	})
}

func TestInstantiations(t *testing.T) {
	type point struct{ x, y int }
	t.Run("string and int", func(t *testing.T) { exercise(t, "a", 7) })
	t.Run("struct and slice", func(t *testing.T) { exercise(t, point{1, 2}, []string{"v"}) })
	t.Run("interfaces", func(t *testing.T) { exercise[any, error](t, 1.5, errDown) })
	t.Run("a wrapper's own type", func(t *testing.T) {
		exercise(t, &flaky{}, generic.NewResilientCache[int, int](nil, nil))
	})
}

func TestBreakerOfAnInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &table[string, int]{flaky: flaky{failures: 4}}
		cache := generic.NewResilientCache(next, nil)
		_, err := cache.Get(t.Context(), "a")
		require.ErrorIs(t, err, retry.ErrExhausted)
		require.Len(t, next.contexts, 3)
		_, _, err = cache.All(t.Context())
		require.ErrorIs(t, err, breaker.ErrOpen, "the fourth failure")
		refused, ok := cache.Put(t.Context(), "a", 1).(*breaker.OpenError)
		require.True(t, ok)
		assert.Equal(t, time.Second, refused.RetryAfter())

		other := generic.NewResilientCache(&table[string, int]{entries: map[string]int{}}, nil)
		assert.NoError(t, other.Put(t.Context(), "a", 1), "another wrapper has a breaker of its own")
	})
}

type (
	name  string
	names []name
)

// sorter is a Sorter of named types.
type sorter struct {
	flaky
	top names
}

func (s *sorter) Sort(n names) (names, error) { return n[:1], s.attempt(context.Background()) }
func (s *sorter) Top(f float64) (*name, error) {
	return &s.top[int(f)], s.attempt(context.Background())
}

func TestSorter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &sorter{flaky: flaky{failures: 1}, top: names{"a", "b"}}
		wrapper := generic.NewResilientSorter[name, names, float64](next, nil)
		sorted, err := wrapper.Sort(names{"x", "y"})
		assert.NoError(t, err)
		assert.Equal(t, names{"x"}, sorted)
		assert.Len(t, next.contexts, 2)

		next.failures = 2
		start := time.Now()
		top, err := wrapper.Top(1.5)
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.Same(t, &next.top[1], top, "the last attempt's, beside the error")
		assert.Len(t, next.contexts, 4)
		assert.Equal(t, 5*ms, time.Since(start))
		assert.Same(t, next, wrapper.Unwrap())
	})
}

func TestSuccessAllocatesNothing(t *testing.T) {
	ctx := t.Context()
	cache := generic.NewResilientCache(constant{}, nil)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = cache.Get(ctx, "a") }), "one result")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _, _ = cache.All(ctx) }), "several results")
}

// constant is a Cache that records nothing.
type constant struct{ generic.Cache[string, int] }

func (constant) Get(context.Context, string) (int, error)              { return 1, nil }
func (constant) All(context.Context) (map[string]int, []string, error) { return nil, nil, nil }
