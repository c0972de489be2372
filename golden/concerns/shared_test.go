package concerns_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/concerns"
	retry "github.com/retrygen/retrygen/runtime"
)

// refused reports whether a method's breaker refuses a call.
func refused(t *testing.T, client concerns.Concerns, m method) bool {
	t.Helper()
	_, is := m.call(client, t.Context()).(*breaker.OpenError)
	return is
}

func TestWhoSharesTheBreaker(t *testing.T) {
	tests := []struct {
		name        string
		opens       method
		least, most time.Duration // of the cooldown
		refused     []method
		passed      []method
		reason      string
	}{
		{
			"the type's", all, 7500 * ms, 10 * time.Second, []method{noRetry, unlimited, noContext, all},
			[]method{own, onlyRetry, none}, "one that is off or the method's own is not the type's",
		},
		{
			"a method's own", own, time.Minute, time.Minute, []method{own},
			[]method{all, noRetry, unlimited, noContext, onlyRetry, none}, "nobody else's",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &dependency{err: errDown, failures: -1}
				client := concerns.NewResilientConcerns(next, nil)
				require.ErrorIs(t, tt.opens.call(client, t.Context()), errDown)
				open, ok := tt.opens.call(client, t.Context()).(*breaker.OpenError)
				require.True(t, ok)
				assert.GreaterOrEqual(t, open.RetryAfter(), tt.least)
				assert.LessOrEqual(t, open.RetryAfter(), tt.most)
				next.failures = 0
				for _, m := range tt.refused {
					assert.True(t, refused(t, client, m), "%s: %s", m.name, tt.reason)
				}
				for _, m := range tt.passed {
					assert.NoError(t, m.call(client, t.Context()), "%s: %s", m.name, tt.reason)
				}
			})
		})
	}
}

// The interface's breaker has cooldown=10s and max-cooldown=1m, so its cooldowns are drawn
// from the last quarter.
func TestCooldownDoubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		next := &dependency{err: errDown, failures: -1}
		client := concerns.NewResilientConcerns(next, &retry.Options{Group: group})
		require.ErrorIs(t, client.All(t.Context()), retry.ErrExhausted, "three failures open it")
		for i, longest := range []time.Duration{10, 20, 40, 60, 60} {
			longest *= time.Second
			now := group.Breaker().Snapshot()
			assert.Equal(t, i+1, now.Openings)
			assert.LessOrEqual(t, now.RetryAfter, longest)
			assert.GreaterOrEqual(t, now.RetryAfter, longest*3/4)
			time.Sleep(now.RetryAfter)
			require.ErrorIs(t, client.NoRetry(t.Context()), errDown, "a probe")
		}
	})
}

// gate is a Concerns whose NoRetry waits until the gate is opened.
type gate struct {
	concerns.Concerns
	inside atomic.Int32
	open   chan struct{}
}

func (g *gate) NoRetry(context.Context) error {
	g.inside.Add(1)
	<-g.open
	return nil
}

// probes=2 successes=2: two calls at once, and both must succeed to close it.
func TestProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		next := &gate{Concerns: &dependency{err: errDown, failures: 3}, open: make(chan struct{})}
		client := concerns.NewResilientConcerns(next, &retry.Options{Group: group})
		require.ErrorIs(t, client.All(t.Context()), retry.ErrExhausted, "three failures open it")
		time.Sleep(10 * time.Second)

		answers := make(chan error, 2)
		for range 2 {
			go func() { answers <- client.NoRetry(t.Context()) }()
		}
		synctest.Wait()
		assert.Equal(t, int32(2), next.inside.Load())
		assert.True(t, refused(t, client, noRetry), "a third")
		assert.Equal(t, breaker.HalfOpen, group.Breaker().State())

		next.open <- struct{}{}
		assert.NoError(t, <-answers)
		assert.Equal(t, breaker.HalfOpen, group.Breaker().State(), "one success is half of it")
		next.open <- struct{}{}
		assert.NoError(t, <-answers)
		assert.Equal(t, breaker.Closed, group.Breaker().State())
	})
}

// burst=10: All, OnlyRetry and NoContext use the same tokens. Unlimited and the others use
// none of them.
func TestBudgetIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		next := &dependency{err: errDown, failures: -1}
		client := concerns.NewResilientConcerns(next, &retry.Options{Group: group})
		group.Breaker().ForceClose() // only the budget should stop a call
		for i, m := range []method{all, onlyRetry, noContext, all, onlyRetry} {
			require.ErrorIs(t, m.call(client, t.Context()), retry.ErrExhausted, "call %d", i)
		}
		for _, m := range []method{all, onlyRetry, noContext} {
			next.attempts = nil
			assert.ErrorIs(t, m.call(client, t.Context()), retry.ErrBudget, m.name)
			assert.Len(t, next.attempts, 1, m.name)
		}
		assert.ErrorIs(t, client.Unlimited(t.Context()), retry.ErrDeadline, "budget off")

		next.failures = 0
		for range 5 {
			require.NoError(t, client.NoContext())
		}
		next.failures, next.attempts = -1, nil
		assert.ErrorIs(t, client.OnlyRetry(t.Context()), retry.ErrBudget)
		assert.Len(t, next.attempts, 2, "ratio=20%%: five successes have paid for one retry")
	})
}
