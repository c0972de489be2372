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

// numbers collects what Attempt and Copy say.
type numbers struct {
	mu  sync.Mutex
	got [][2]int
}

func (n *numbers) note(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.got = append(n.got, [2]int{retry.Attempt(ctx), retry.Copy(ctx)})
}

// Each copy knows its number, in retries and in leases too.
func TestCopy(t *testing.T) {
	assert.Zero(t, retry.Copy(t.Context()), "outside of any")
	for _, lends := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := setup{own: hedge(10*ms, 2), lends: lends}
			s.own.Retry, s.own.Budget.Off = attempts(2, 0), true
			var n numbers
			_, err := retry.Hedge(t.Context(), s.method().Method, func(ctx context.Context) (int, error) {
				n.note(ctx)
				time.Sleep(30 * ms)
				return 0, errDown
			})
			assert.ErrorIs(t, err, retry.ErrExhausted)
			assert.Equal(t, [][2]int{{1, 0}, {1, 1}, {1, 2}, {2, 0}, {2, 1}, {2, 2}}, n.got)
		})
	}
}

// Below a copy, a method without a hedge sees the number of the copy, also in its retries.
// A method with a hedge has numbers of its own, and Detach leaves the copy.
func TestCopyBelowACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outer, inner := setup{own: hedge(10*ms, 1)}.method(), setup{own: hedge(10*ms, 1)}.method()
		plain := setup{own: policy.Policy{Retry: attempts(2, 0)}}.method()
		var below, hedged numbers
		got, err := retry.Hedge(t.Context(), outer.Method, func(ctx context.Context) (int, error) {
			if retry.Copy(ctx) == 0 {
				return 0, hang(ctx)
			}
			assert.Zero(t, retry.Copy(retry.Detach(ctx)))
			assert.ErrorIs(t, plain.Do(ctx, func(ctx context.Context) error { below.note(ctx); return errDown }), errDown)
			return retry.Hedge(ctx, inner.Method, func(ctx context.Context) (int, error) {
				hedged.note(ctx)
				time.Sleep(15 * ms)
				return 3, nil
			})
		})
		require.NoError(t, err)
		time.Sleep(time.Second) // for the losers
		synctest.Wait()
		assert.Equal(t, 3, got)
		assert.Equal(t, [][2]int{{1, 1}, {2, 1}}, below.got)
		assert.Equal(t, [][2]int{{1, 0}, {1, 1}}, hedged.got)
	})
}

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
