package retry_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// All methods of a Group may be called at once, and while wrappers are made. The race
// detector says if one of them lets go of the lock too soon.
func TestGroupIsUsedConcurrently(t *testing.T) {
	const workers, rounds = 4, 50
	group := new(retry.Group)
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 5}, Budget: policy.DefaultBudget()}
	first := wrapper(group, "Client", shared, policy.Policy{})
	does := map[string]func(worker, i int){
		"make": func(worker, i int) {
			wrapper(group, fmt.Sprintf("Client%d", workers*i+worker), shared, policy.Policy{Retry: attempts(2, 0)})
		},
		"make again": func(_, _ int) { wrapper(group, "Client", shared, policy.Policy{}) },
		"call":       func(_, _ int) { assert.NoError(t, first.Do(t.Context(), succeed)) },
		"SetPolicy": func(_, i int) {
			assert.NoError(t, group.SetPolicy("Client.Get", policy.Policy{Retry: attempts(1+i%3, 0), Breaker: policy.Breaker{Failures: 1 + i%2}}.Patch()))
			assert.Error(t, group.ResetPolicy("Client.Put"))
		},
		"SetEnabled":    func(_, i int) { group.SetEnabled(i%2 == 0) },
		"SetCounting":   func(_, i int) { group.SetCounting(i%2 == 0) },
		"Snapshot":      func(_, _ int) { assert.NotEmpty(t, group.Snapshot().Methods) },
		"Breaker":       func(_, _ int) { assert.NotNil(t, group.Breaker()) },
		"MethodBreaker": func(_, _ int) { assert.NotNil(t, group.MethodBreaker("Client.Get")) },
	}
	var wg sync.WaitGroup
	for _, do := range does {
		for worker := range workers {
			wg.Go(func() {
				for i := range rounds {
					do(worker, i)
				}
			})
		}
	}
	wg.Wait()
	assert.Len(t, group.Snapshot().Methods, 1+workers*rounds)
}

// The same for a Group that does not know its breaker yet.
func TestFirstUseOfAGroupIsConcurrent(t *testing.T) {
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 5}}
	for range 50 {
		group := new(retry.Group)
		var wg sync.WaitGroup
		wg.Go(func() { wrapper(group, "Client", shared, policy.Policy{}) })
		wg.Go(func() { group.Breaker().State() })
		wg.Go(func() { group.Snapshot() })
		wg.Wait()
		assert.NotNil(t, group.Breaker())
	}
}

// A call that has begun ends as it began, and gives back what it holds, when the group is
// switched off meanwhile, and on again. Calls that begin in between pass through.
func TestSetEnabledDuringCalls(t *testing.T) {
	for caller, call := range callers {
		t.Run(caller, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := setup{own: parse(t, "simple attempts=3 delay=1s; timeout attempt=10s; limit concurrent=2; hedge after=1s; budget burst=9")}
				s.shared.Breaker = policy.Breaker{Failures: 3, Cooldown: time.Minute}
				m := s.method()
				var attempts []int
				failing := func(ctx context.Context) error {
					attempts = append(attempts, retry.Attempt(ctx))
					time.Sleep(500 * ms)
					return errDown
				}
				over := make(chan error, 1)
				go func() { over <- call(t.Context(), m.Method, failing) }()

				time.Sleep(100 * ms)
				m.group.SetEnabled(false)
				for range 5 {
					assert.Equal(t, errDown, call(t.Context(), m.Method, fail(errDown)), "as nobody had wrapped it")
				}
				assert.Zero(t, m.snapshot().Failures)
				time.Sleep(time.Second)
				m.group.SetEnabled(true)
				assert.Equal(t, 1, m.snapshot().Failures, "of the attempt that had begun before")

				assert.ErrorIs(t, <-over, retry.ErrExhausted)
				synctest.Wait()
				assert.Equal(t, []int{1, 2, 3}, attempts)
				assert.Equal(t, breaker.Open, m.snapshot().State)
				assert.ErrorIs(t, call(t.Context(), m.Method, succeed), breaker.ErrOpen)

				m.group.Breaker().Reset()
				var wg sync.WaitGroup
				for range 2 {
					wg.Go(func() {
						require.NoError(t, call(t.Context(), m.Method, func(context.Context) error { time.Sleep(500 * ms); return nil }), "both places are free")
					})
				}
				wg.Wait()
			})
		})
	}
}
