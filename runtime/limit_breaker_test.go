package retry_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// Who waits for a place has asked the breaker before, and asks again: the queue in
// front of a dependency does not go on to it when the breaker has opened.
func TestQueueStopsAtAnOpenBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{
			own:    policy.Policy{Limit: policy.Limit{Concurrent: 1, Wait: time.Hour}},
			shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Hour}},
		}.method()
		var calls, refused atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				err := m.Do(t.Context(), func(context.Context) error {
					calls.Add(1)
					time.Sleep(time.Second)
					return errDown
				})
				if _, ok := err.(*breaker.OpenError); ok {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		assert.EqualValues(t, 1, calls.Load())
		assert.EqualValues(t, 99, refused.Load())
		assert.NoError(t, nowFree(m), "the places have been left")
	})
}

// A wait may take no time by the clock, in a bubble and where clocks are coarse: what
// counts is that somebody else had the place.
func TestQueueThatTakesNoTimeStopsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{
			own:    policy.Policy{Limit: policy.Limit{Concurrent: 1, Wait: time.Hour}},
			shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Hour}},
		}.method()
		release, inside := make(chan struct{}), make(chan struct{})
		go func() {
			_ = m.Do(t.Context(), func(context.Context) error { close(inside); <-release; return errDown })
		}()
		<-inside
		queued := make(chan error)
		go func() { queued <- m.Do(t.Context(), func(context.Context) error { t.Error("called"); return nil }) }()
		synctest.Wait()
		close(release)
		assert.ErrorIs(t, <-queued, breaker.ErrOpen)
	})
}

// nowFree makes a call that must not wait.
func nowFree(m *method) error {
	m.group.Breaker().Reset()
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	return m.Do(ctx, succeed)
}

// A probe that has waited for its place is a probe still, and closes the breaker.
func TestProbeWaitsForItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{
			own:    policy.Policy{Limit: policy.Limit{Concurrent: 1, Wait: time.Hour}},
			shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}},
		}.method()
		go func() { // begun while it was closed
			_ = m.Do(t.Context(), func(context.Context) error { time.Sleep(10 * time.Second); return nil })
		}()
		synctest.Wait()
		b := m.group.Breaker()
		permit, err := b.Allow()
		require.NoError(t, err)
		permit.Done(breaker.Failure)
		time.Sleep(time.Second)
		began := time.Now()
		assert.NoError(t, m.Do(t.Context(), succeed))
		assert.Equal(t, 9*time.Second, time.Since(began))
		assert.Equal(t, breaker.Closed, b.State())
	})
}

// A listener of the breaker that cancels keeps the attempt from starting, as a hook
// does: the first attempt of a call and a later one.
func TestListenerThatCancels(t *testing.T) {
	for _, first := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			m := setup{
				own: policy.Policy{Retry: attempts(2, time.Second)}, shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}},
				options: retry.Options{Hooks: retry.Hooks{BreakerChange: func(c breaker.Change) {
					if c.To == breaker.HalfOpen {
						cancel()
					}
				}}},
			}.method(fail(errDown))
			if first {
				require.Error(t, m.do(retry.WithoutRetry(ctx)))
				time.Sleep(time.Second)
			}
			err := m.do(ctx)
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, 1, m.calls())
			assert.Zero(t, m.group.Breaker().Snapshot().Probes, "the permit is back")
		})
	}
}
