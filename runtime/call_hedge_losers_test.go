package retry_test

import (
	"context"
	"io"
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

// The error of a loser that heeds its context comes from the cancelling, however soon it
// comes. One failure would open the breaker, and it stays closed. The test runs in real
// time, because in a bubble the winner cancels before a loser can run.
func TestLosersOfAHedgeAreNeutral(t *testing.T) {
	group := new(retry.Group)
	m := setup{
		own:     policy.Policy{Hedge: policy.Hedge{After: 10 * time.Microsecond, Max: 1}, Budget: policy.Budget{Off: true}},
		shared:  policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Hour}},
		options: retry.Options{Group: group},
	}.method()
	for range 1000 {
		var n atomic.Int32
		_, err := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int, error) {
			if n.Add(1) == 2 {
				return 2, nil
			}
			for ctx.Err() == nil { // busy, so it returns at once
			}
			return 0, ctx.Err()
		})
		require.NoError(t, err)
		require.Equal(t, breaker.Closed, group.Breaker().State())
	}
}

// Nobody judges the errors of losers. That would call the user's code on a goroutine of
// ours, where a panic ends the program.
func TestLosersOfAHedgeAreNotJudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHedged(setup{own: hedge(10*ms, 1), on: func(error) bool { panic("asked") }},
			course{takes: time.Hour}, course{takes: 5 * ms})
		got, err := h.get(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, 2, got)
		assert.Zero(t, h.stillRunning())
	})
}

// A predicate panics in the caller, and the permit comes back unused.
func TestPredicateThatLeavesAHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{
			own: hedge(10*ms, 1), on: func(err error) bool { panic(err) },
			shared:  policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}},
			options: retry.Options{Group: group},
		}, course{takes: ms, err: errDown})
		assert.PanicsWithValue(t, errDown, func() { _, _ = h.get(t.Context()) })
		assert.Equal(t, breaker.Closed, group.Breaker().State(), "it says nothing about the dependency")
		assert.Zero(t, h.stillRunning())
	})
}

// A panic that comes together with the winner is not lost.
func TestPanicBesideTheWinner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{
			own: hedge(10*ms, 1),
			options: retry.Options{Hooks: retry.Hooks{
				AttemptDone: func(context.Context, retry.AttemptEvent) { time.Sleep(20 * ms) }, // the winner's
			}},
		}.method()
		var n atomic.Int32
		assert.PanicsWithValue(t, "boom", func() {
			_, _ = retry.Hedge(t.Context(), m.Method, func(context.Context) (int, error) {
				if n.Add(1) == 1 {
					time.Sleep(20 * ms)
					panic("boom")
				}
				return 2, nil
			})
		})
	})
}

// When one loser panics as the winner comes, the others are cancelled all the same, and
// their permits and places come back.
func TestPanicBesideTheWinnerLeavesTheOthers(t *testing.T) {
	for first := range 3 {
		synctest.Test(t, func(t *testing.T) {
			s := setup{own: hedge(10*ms, 3)}
			s.own.Limit = policy.Limit{Concurrent: 4}
			s.shared.Breaker = policy.Breaker{Failures: 1, Cooldown: time.Second, Probes: 4, Successes: 9}
			s.options.Hooks.AttemptDone = func(_ context.Context, e retry.AttemptEvent) { time.Sleep(30 * ms) } // the winner's
			m := s.method(fail(errDown))
			require.Error(t, m.do(t.Context()))
			time.Sleep(time.Second)

			var cancelled atomic.Int32
			assert.PanicsWithValue(t, "boom", func() {
				_, _ = retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int, error) {
					switch n := retry.Copy(ctx); n {
					case 3:
						return 3, nil
					case first:
						time.Sleep(time.Duration(40-10*n) * ms) // just after the winner
						panic("boom")
					}
					defer cancelled.Add(1)
					return 0, hang(ctx)
				})
			})
			synctest.Wait()
			assert.EqualValues(t, 2, cancelled.Load())
			assert.Equal(t, breaker.Open, m.snapshot().State, "a probe has panicked")
			m.group.Breaker().Reset()
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					assert.NoError(t, m.Do(t.Context(), func(context.Context) error { time.Sleep(ms); return nil }))
				})
			}
			wg.Wait()
		})
	}
}

// Results that are not good yet are closed, those of losers included.
func TestLosersThatAreNotGoodYetAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{Retry: attempts(2, time.Second), Hedge: policy.Hedge{After: 10 * ms, Max: 1}}, lends: true}.method()
		var made, closed atomic.Int32
		_, err := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (io.Closer, error) {
			made.Add(1)
			time.Sleep(50 * ms) // and ignores its context
			result := closer(func() error { closed.Add(1); return nil })
			return retry.Keep[io.Closer](ctx, result), retry.NotYet(true, nil)
		})
		assert.ErrorIs(t, err, retry.ErrExhausted)
		time.Sleep(time.Minute)
		assert.EqualValues(t, 4, made.Load())
		assert.EqualValues(t, 4, closed.Load())
	})
}

type closer func() error

func (c closer) Close() error { return c() }

// A copy is an attempt, so a call that may make only one starts no copy.
func TestOneAttemptHasNoCopies(t *testing.T) {
	t.Run("WithoutRetry", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := newHedged(setup{own: hedge(10*ms, 1)}, course{takes: 30 * ms})
			_, err := h.get(retry.WithoutRetry(t.Context()))
			assert.NoError(t, err)
			assert.Len(t, h.starts(), 1)
		})
	})
	t.Run("a retry further up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := newHedged(setup{own: hedge(10*ms, 1)}, course{takes: 5 * ms, err: errDown}, course{takes: 30 * ms})
			above := setup{own: policy.Policy{Retry: attempts(2, 0)}}.method(func(ctx context.Context) error {
				_, err := h.get(ctx)
				return err
			})
			assert.NoError(t, above.do(t.Context()))
			assert.Equal(t, []time.Duration{0, 5 * ms}, h.starts())
		})
	})
}
