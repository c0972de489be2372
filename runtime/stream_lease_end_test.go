package retry

import (
	"context"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leasing makes a method whose results can be streams.
func leasing(t *testing.T, text string) *Method {
	return methodOf(t, text, func(s *MethodSpec) { s.Lends = true })
}

// Who learns from Err that a lease has ended finds Done closed, however soon it asks.
func TestErrOfALeaseImpliesDone(t *testing.T) {
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		_, _ = Call(ctx, leasing(t, "timeout attempt=1h"), func(lease context.Context) (int, error) {
			require.NoError(t, lease.Err())
			cancel()
			for lease.Err() == nil {
			}
			select {
			case <-lease.Done():
			default:
				t.Fatal("Err is not nil, and Done is not closed")
			}
			return 0, nil
		})
	}
}

// Neither a lease nor a context that the method derives from it needs a goroutine, as long
// as no timeout passes.
func TestLeaseNeedsNoGoroutine(t *testing.T) {
	const calls = 1000
	m := leasing(t, "timeout attempt=1h total=2h")
	before := goroutinesMade(t)
	for range calls {
		_, err := Call(t.Context(), m, func(ctx context.Context) (int, error) {
			_, cancel := context.WithCancel(ctx)
			defer cancel()
			return 1, nil
		})
		require.NoError(t, err)
	}
	assert.Less(t, goroutinesMade(t)-before, uint64(calls/2), "those of %d calls and of the test binary", calls)
}

// goroutinesMade returns how many goroutines the program has started.
func goroutinesMade(t *testing.T) uint64 {
	sample := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(sample)
	require.Equal(t, metrics.KindUint64, sample[0].Value.Kind())
	return sample[0].Value.Uint64()
}

// Results that are not good yet are closed before the wait for the next attempt, and not
// after it: the wait may be long.
func TestNotYetResultsAreClosedBeforeTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := methodOf(t, "simple attempts=3 delay=10s; timeout attempt=1s", func(s *MethodSpec) { s.Lends, s.Polls = true, true })
		began := time.Now()
		var closed []time.Duration
		_, err := Call(t.Context(), m, func(ctx context.Context) (closing, error) {
			time.Sleep(time.Second / 2)
			return Keep(ctx, closing(func() { closed = append(closed, time.Since(began)) })), NotYet(true, nil)
		})
		require.ErrorIs(t, err, ErrExhausted)
		const attempt, wait = time.Second / 2, 10 * time.Second
		assert.Equal(t, []time.Duration{attempt, 2*attempt + wait, 3*attempt + 2*wait}, closed)
	})
}

type closing func()

func (c closing) Close() { c() }

// context.AfterFunc works on every context that a method may get: it runs when the attempt
// has ended, and not if it is stopped before.
func TestAfterFuncOfAnAttempt(t *testing.T) {
	for name, text := range map[string]string{
		"timed":   "timeout attempt=1s",
		"retries": "simple attempts=2 delay=0s; timeout attempt=1s total=1m",
		"hedged":  "hedge after=10s; timeout attempt=1m",
	} {
		for _, lends := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := methodOf(t, text, func(s *MethodSpec) { s.Lends = lends })
					ran, stopped := 0, 0
					_, err := Hedge(t.Context(), m, func(ctx context.Context) (int, error) {
						context.AfterFunc(ctx, func() { ran++ })
						stop := context.AfterFunc(ctx, func() { stopped++ })
						assert.True(t, stop())
						return 1, nil
					})
					require.NoError(t, err)
					synctest.Wait()
					assert.Equal(t, 1, ran, "the attempt is over")
					assert.Zero(t, stopped)
				})
			})
		}
	}
}

// A method may start work that outlives its attempt with context.WithoutCancel. What the
// context says of the attempt stays, and neither the timeouts nor the end of the attempt
// reach it.
func TestWithoutCancelOfAnAttempt(t *testing.T) {
	for _, lends := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := methodOf(t, "simple attempts=2 delay=0s; timeout attempt=1s total=3s", func(s *MethodSpec) { s.IdempotencyKey, s.Lends = true, lends })
			var key string
			var later context.Context
			_, err := Call(t.Context(), m, func(ctx context.Context) (int, error) {
				key, later = IdempotencyKey(ctx), context.WithoutCancel(ctx)
				return 0, errFlaky
			})
			require.ErrorIs(t, err, ErrExhausted)
			time.Sleep(time.Minute)
			assert.NoError(t, later.Err())
			assert.Nil(t, later.Done())
			_, limited := later.Deadline()
			assert.False(t, limited)
			assert.Equal(t, 2, Attempt(later))
			assert.NotEmpty(t, key)
			assert.Equal(t, key, IdempotencyKey(later))
		})
	}
}

// A caller's context made by context.WithoutCancel ends no call: the policy alone does.
func TestCallsWithoutCancel(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       time.Duration
	}{
		{"retries", "simple attempts=3 delay=1s; timeout attempt=1s", 5 * time.Second},
		{"limited", "simple attempts=3 delay=1s; timeout attempt=1s total=1h; limit concurrent=1 wait=1s", 5 * time.Second},
		{"hedged", "simple attempts=3 delay=1s; timeout attempt=1s; hedge after=500ms", 6500 * time.Millisecond},
	} {
		for _, lends := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					above, cancel := context.WithTimeout(t.Context(), time.Second/2)
					cancel()
					m := methodOf(t, tt.text+"; budget off", func(s *MethodSpec) { s.Lends = lends })
					began := time.Now()
					_, err := Hedge(context.WithoutCancel(above), m, func(ctx context.Context) (int, error) {
						<-ctx.Done()
						return 0, ctx.Err()
					})
					assert.ErrorIs(t, err, ErrExhausted)
					assert.Equal(t, tt.want, time.Since(began))
				})
			})
		}
	}
}
