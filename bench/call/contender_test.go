package call

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// cases are the benchmarked lists.
var cases = map[string][]Contender{
	"success": Success, "third": Third, "refused": Refused, "timeouts": Timeouts, "waits": Waits, "told": Told,
}

// every runs a test for each contender of each case.
func every(t *testing.T, test func(t *testing.T, c Contender)) {
	for name, contenders := range cases {
		for _, c := range contenders {
			t.Run(name+"/"+c.Name, func(t *testing.T) { test(t, c) })
		}
	}
}

func TestNames(t *testing.T) {
	for name, contenders := range cases {
		seen := make(map[string]bool)
		for _, c := range contenders {
			assert.False(t, seen[c.Name], "%s: two are called %s", name, c.Name)
			assert.NotRegexp(t, `[/_]|-\d+$`, c.Name, "the benchmark would print another name")
			seen[c.Name] = true
		}
	}
}

// A success is one call, and the caller gets its result.
func TestSuccess(t *testing.T) {
	every(t, func(t *testing.T, c Contender) {
		fake := &Flaky{Every: 1}
		service := c.Wrap(fake)
		for range 3 {
			got, err := service.Get(t.Context(), "key")
			require.NoError(t, err)
			assert.Same(t, item, got)
		}
		assert.Equal(t, 3, fake.Calls)
	})
}

// Contenders that retry make the third attempt, and no others do.
func TestThirdAttempt(t *testing.T) {
	every(t, func(t *testing.T, c Contender) {
		fake := &Flaky{Every: 3}
		got, err := c.Wrap(fake).Get(t.Context(), "key")
		if !c.Retries {
			require.ErrorIs(t, err, ErrFlaky)
			assert.Equal(t, 1, fake.Calls)
			return
		}
		require.NoError(t, err)
		assert.Same(t, item, got)
		assert.Equal(t, 3, fake.Calls)
	})
}

// Unless a breaker stops them, all attempts are made, and not one more.
func TestAttemptsEnd(t *testing.T) {
	every(t, func(t *testing.T, c Contender) {
		if !c.Retries {
			return
		}
		fake := new(Failing)
		_, err := c.Wrap(fake).Get(t.Context(), "key")
		require.ErrorIs(t, err, ErrFlaky)
		assert.EqualValues(t, Attempts, fake.Calls.Load())
	})
}

// Thousands of calls that need a third attempt open no breaker and use up no budget.
func TestThirdAttemptForEver(t *testing.T) {
	for _, c := range Third {
		t.Run(c.Name, func(t *testing.T) {
			fake := &Flaky{Every: 3}
			service := c.Wrap(fake)
			for range 5000 {
				_, err := service.Get(t.Context(), "key")
				require.NoError(t, err)
			}
			assert.Equal(t, 15000, fake.Calls)
		})
	}
}

// An open breaker lets no call through; without a breaker, all calls go through.
func TestBreaks(t *testing.T) {
	every(t, func(t *testing.T, c Contender) {
		if !c.Breaks {
			synctest.Test(t, func(t *testing.T) { // thousands of waits
				fake := new(Failing)
				require.False(t, Open(t.Context(), c.Wrap(fake), fake, 1000))
			})
			return
		}
		fake := new(Failing)
		service := c.Wrap(fake)
		require.True(t, Open(t.Context(), service, fake, 100_000))
		before := fake.Calls.Load()
		_, err := service.Get(t.Context(), "key")
		require.Error(t, err)
		require.NotErrorIs(t, err, ErrFlaky)
		require.Equal(t, before, fake.Calls.Load())
	})
}

// Contenders that say so give up a hanging attempt at Timeout.
func TestTimes(t *testing.T) {
	every(t, func(t *testing.T, c Contender) {
		if c.Name == "hystrix" || c.Name == "eapache breaker" {
			return // they leave goroutines behind, and a bubble waits for those
		}
		synctest.Test(t, func(t *testing.T) {
			fake := new(slow)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, _ = c.Wrap(fake).Get(ctx, "key")
			require.Equal(t, c.Times, fake.stopped.Load())
		})
	})
}

// slow takes twice as long as an attempt may.
type slow struct{ stopped atomic.Bool }

func (s *slow) Get(ctx context.Context, _ string) (*Item, error) {
	began := time.Now()
	select {
	case <-ctx.Done():
		s.stopped.Store(time.Since(began) == Timeout)
	case <-time.After(2 * Timeout):
	}
	return item, nil
}

// A contender has what its name lists beside the retries.
func TestHooksLimitAndHedge(t *testing.T) {
	t.Run("every hook is set", func(t *testing.T) {
		hooks := reflect.ValueOf(hooked.Hooks)
		for i := range hooks.NumField() {
			assert.False(t, hooks.Field(i).IsNil(), hooks.Type().Field(i).Name)
		}
	})
	t.Run("hooks are told", func(t *testing.T) {
		told := 0
		_, err := with(NewResilientGuarded, &retry.Options{Hooks: retry.Hooks{
			CallDone: func(context.Context, retry.CallEvent) { told++ },
		}})(new(Working)).Get(t.Context(), "key")
		require.NoError(t, err)
		assert.Equal(t, 1, told)
	})
	t.Run("the limit is there, and not reached too soon", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { // no time passes here
			limited := Success[slices.IndexFunc(Success, func(c Contender) bool { return c.Lasts > 0 })]
			service := limited.Wrap(new(Working))
			for range limited.Lasts {
				if _, err := service.Get(t.Context(), "key"); err != nil {
					t.Fatal(err)
				}
			}
			_, err := service.Get(t.Context(), "key")
			require.ErrorIs(t, err, retry.ErrLimited)
		})
	})
	t.Run("a late attempt is hedged", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			fake := new(Hung)
			ctx, cancel := context.WithTimeout(t.Context(), 2*Timeout)
			defer cancel()
			_, err := wrap(NewResilientHedged)(fake).Get(ctx, "key")
			require.Error(t, err)
			assert.EqualValues(t, 2, fake.Calls.Load())
			synctest.Wait()
		})
	})
}

// The delays of Waits are as long as they should be.
func TestWaits(t *testing.T) {
	for _, c := range Waits {
		t.Run(c.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				watch := new(stopwatch)
				_, err := c.Wrap(watch).Get(t.Context(), "key")
				require.NoError(t, err)
				assert.Len(t, watch.waits, 2)
				for _, wait := range watch.waits {
					assert.True(t, wait > 0 && wait <= 2*Pause, fmt.Sprint(wait))
				}
			})
		})
	}
}

// A stopwatch measures the time between attempts, and succeeds at the third.
type stopwatch struct {
	Flaky
	last  time.Time
	waits []time.Duration
}

func (s *stopwatch) Get(ctx context.Context, key string) (*Item, error) {
	if s.Every = 3; s.Calls > 0 {
		s.waits = append(s.waits, time.Since(s.last))
	}
	s.last = time.Now()
	return s.Flaky.Get(ctx, key)
}
