package retry_test

import (
	"context"
	goruntime "runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// What a call allocates does not depend on how many copies the policy allows.
func TestMemoryOfAHedge(t *testing.T) {
	m := setup{own: hedge(time.Minute, 1_000_000)}.method()
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	for range 10 {
		_, err := retry.Hedge(t.Context(), m.Method, func(context.Context) (int, error) { return 1, nil })
		require.NoError(t, err)
	}
	goruntime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100_000), "bytes of 10 calls")
}

// More answers than there is room for come while a hook holds the call up. None is lost: all
// of them count, or all but the winner are thrown away.
func TestManyAnswersAtOnce(t *testing.T) {
	const copies = 30
	for name, err := range map[string]error{"errors": errDown, "successes": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := setup{own: hedge(ms, copies), lends: true}
				s.own.Limit = policy.Limit{Concurrent: 1 + copies}
				s.shared.Breaker = policy.Breaker{Failures: 1000}
				s.options.Hooks.AttemptDone = func(context.Context, retry.AttemptEvent) { time.Sleep(20 * ms) }
				var mu sync.Mutex
				var began, closed int
				m := s.method(succeed)
				at := time.Now().Add(time.Second)
				_, got := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (*counter, error) {
					mu.Lock()
					began++
					mu.Unlock()
					time.Sleep(time.Until(at)) // and does not heed its context
					return retry.Keep(ctx, &counter{&mu, &closed}), err
				})
				synctest.Wait()
				assert.Equal(t, err, got)
				assert.Equal(t, 1+copies, began)
				if err != nil {
					assert.Equal(t, 1+copies, m.snapshot().Failures)
					return
				}
				assert.Equal(t, copies, closed)
				var wg sync.WaitGroup
				for range 1 + copies {
					wg.Go(func() {
						assert.NoError(t, m.Do(t.Context(), func(context.Context) error { time.Sleep(ms); return nil }))
					})
				}
				wg.Wait()
			})
		})
	}
}

// A counter counts how often one is closed.
type counter struct {
	mu *sync.Mutex
	n  *int
}

func (c *counter) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.n++
}
