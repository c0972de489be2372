package retry_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A lastMoment is a context to which something happens when it is waited for, just
// before the wait begins.
type lastMoment struct {
	context.Context
	happens func()
}

func (m lastMoment) Done() <-chan struct{} {
	m.happens()
	return m.Context.Done()
}

// The place is free, or the turn has come, and the caller has cancelled, all at one
// moment: a select between the two takes either, so it takes many tries to see that
// no attempt starts after the cancel.
func TestNoAttemptAfterACancelInTheLimitWait(t *testing.T) {
	const tries = 1000
	limited := func(l policy.Limit) *retry.Method {
		return retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{Policy: policy.Policy{Limit: l}})
	}
	waits := func(t *testing.T, m *retry.Method, comes func()) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		both := lastMoment{ctx, func() { comes(); cancel() }}
		err := m.Do(both, func(context.Context) error {
			assert.Fail(t, "an attempt after the cancel")
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
	}
	t.Run("for a place", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := limited(policy.Limit{Concurrent: 1, Wait: time.Hour})
			for range tries {
				leave, left := make(chan struct{}), make(chan struct{})
				go func() {
					defer close(left)
					assert.NoError(t, m.Do(t.Context(), func(context.Context) error { <-leave; return nil }))
				}()
				synctest.Wait()
				waits(t, m, sync.OnceFunc(func() { close(leave); <-left }))
				require.NoError(t, m.Do(t.Context(), succeed), "the place is free")
			}
		})
	})
	t.Run("for a turn", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := limited(policy.Limit{Rate: perSecond(1), Burst: 1, Wait: time.Hour})
			for range tries {
				require.NoError(t, m.Do(t.Context(), succeed))
				waits(t, m, sync.OnceFunc(func() { time.Sleep(time.Second) }))
			}
		})
	})
}

// The turn of a caller who cancels is another's, but not where somebody has the one
// after it: who came next would begin at the same moment as that one.
func TestTurnOfACallerWhoCancels(t *testing.T) {
	tests := []struct {
		name   string
		others int             // who wait behind the one who cancels
		want   []time.Duration // when attempts begin
		reason string
	}{
		{"the last in line", 0, []time.Duration{0, time.Second}, "the next one takes its turn"},
		{"one behind it", 1, []time.Duration{0, 2 * time.Second, 3 * time.Second}, "its turn is lost"},
		{"two behind it", 2, []time.Duration{0, 2 * time.Second, 3 * time.Second, 4 * time.Second}, "its turn is lost"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
					Policy: policy.Policy{Limit: policy.Limit{Rate: perSecond(1), Burst: 1, Wait: time.Hour}},
				})
				first := time.Now()
				var mu sync.Mutex
				var began []time.Duration
				var wg sync.WaitGroup
				comes := func(ctx context.Context, want error) {
					wg.Go(func() {
						assert.ErrorIs(t, m.Do(ctx, func(context.Context) error {
							mu.Lock()
							defer mu.Unlock()
							began = append(began, time.Since(first))
							return nil
						}), want)
					})
					synctest.Wait()
				}
				comes(t.Context(), nil)
				ctx, cancel := context.WithCancel(t.Context())
				comes(ctx, context.Canceled)
				for range tt.others {
					comes(t.Context(), nil)
				}
				time.Sleep(500 * ms)
				cancel()
				synctest.Wait()
				comes(t.Context(), nil)
				wg.Wait()
				assert.Equal(t, tt.want, began, tt.reason)
			})
		})
	}
}
