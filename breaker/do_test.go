package breaker

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// doer is a Breaker, or a Keyed and one of its keys.
type doer func(f func() error) error

// onEach runs a test with the Do of a Breaker and of a Keyed. The test also gets a func
// that returns the count of failures.
func onEach(t *testing.T, config Config, test func(t *testing.T, do doer, failures func() int)) {
	t.Helper()
	t.Run("Breaker", func(t *testing.T) {
		b := New(config)
		test(t, b.Do, func() int { return b.Snapshot().Failures })
	})
	t.Run("Keyed", func(t *testing.T) {
		k := NewKeyed[string](config, 0)
		do := func(f func() error) error { return k.Do("a", f) }
		test(t, do, func() int {
			if e := k.find("a"); e != nil {
				return e.Snapshot().Failures
			}
			return 0
		})
	})
}

func TestDoMapsErrorsToOutcomes(t *testing.T) {
	other := New(Config{})
	other.ForceOpen()
	_, refused := other.Allow()
	for _, tt := range []struct {
		name string
		err  error
		want int // failures, after one failure and then this error
	}{
		{"nil is a success", nil, 0},
		{"any error is a failure", errors.New("broken"), 2},
		{"a deadline is a failure", context.DeadlineExceeded, 2},
		{"a cancel is neutral", fmt.Errorf("charge: %w", context.Canceled), 1},
		{"a refusal further down is neutral", fmt.Errorf("charge: %w", refused), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onEach(t, Config{Failures: 3}, func(t *testing.T, do doer, failures func() int) {
				_ = do(func() error { return errors.New("first") })
				assert.Equal(t, tt.err, do(func() error { return tt.err }))
				assert.Equal(t, tt.want, failures())
			})
		})
	}
}

func TestDoRefusesWithoutRunning(t *testing.T) {
	onEach(t, Config{Failures: 1}, func(t *testing.T, do doer, _ func() int) {
		broken := errors.New("broken")
		require.Equal(t, broken, do(func() error { return broken }))
		err := do(func() error {
			t.Error("it ran")
			return nil
		})
		assert.ErrorIs(t, err, ErrOpen)
	})
}

// A func that does not return has failed, and frees the place of its probe.
func TestDoCountsFuncsThatDoNotReturn(t *testing.T) {
	for name, leave := range map[string]func(){
		"panic":  func() { panic("in the func") },
		"Goexit": runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(Config{Failures: 1, Cooldown: time.Second})
				for opening := range 2 {
					var recovered any
					var wg sync.WaitGroup
					wg.Go(func() {
						defer func() { recovered = recover() }()
						_ = b.Do(func() error { leave(); return nil })
					})
					wg.Wait()
					assert.Equal(t, name == "panic", recovered == "in the func", "it passes through")
					assert.Equal(t, Snapshot{State: Open, Openings: 1 + opening, RetryAfter: time.Second}, present(b.Snapshot()))
					time.Sleep(time.Second)
				}
				assert.NoError(t, b.Do(func() error { return nil }))
				assert.Equal(t, Closed, b.State())
			})
		})
	}
}

// The same with a key, whose first failure it is.
func TestDoOfAKeyCountsFuncsThatDoNotReturn(t *testing.T) {
	for name, leave := range map[string]func(){"panic": func() { panic("in the func") }, "Goexit": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			k := NewKeyed[string](Config{Failures: 1}, 0)
			var wg sync.WaitGroup
			wg.Go(func() {
				defer func() { _ = recover() }()
				_ = k.Do("a", func() error { leave(); return nil })
			})
			wg.Wait()
			assert.Equal(t, KeyedSnapshot{Keys: 1, Open: 1}, presentKeys(k.Snapshot()))
		})
	}
}

// A probe that is cancelled proves nothing: the breaker stays half-open.
func TestDoOfACancelledProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second})
		fail(b, 1)
		time.Sleep(time.Second)
		assert.ErrorIs(t, b.Do(func() error { return context.Canceled }), context.Canceled)
		assert.Equal(t, HalfOpen, b.State())
		assert.NoError(t, b.Do(func() error { return nil }))
		assert.Equal(t, Closed, b.State())
	})
}

func TestDoOfNoBreaker(t *testing.T) {
	broken := errors.New("broken")
	var b *Breaker
	assert.Equal(t, broken, b.Do(func() error { return broken }))
	var k *Keyed[string]
	assert.Equal(t, broken, k.Do("a", func() error { return broken }))
}

func TestDoAllocatesNothing(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, do doer, _ func() int) {
		succeed := func() error { return nil }
		assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = do(succeed) }))
	})
}
