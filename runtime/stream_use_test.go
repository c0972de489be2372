package retry_test

import (
	"context"
	"io"
	goruntime "runtime"
	"strings"
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

// openPlain opens a stream through a method that has no timeout: its context is the
// caller's.
func openPlain(ctx context.Context, m *retry.Method) io.ReadCloser {
	got, _ := retry.Call(ctx, m, func(ctx context.Context) (io.ReadCloser, error) {
		return retry.KeepReadCloser(ctx, io.NopCloser(strings.NewReader("data"))), nil
	})
	return got
}

// An attempt may use wrapped streams of its own. They hold on to the caller's context,
// which is that attempt's, and have no part in when it ends.
func TestStreamsInsideOfAnAttempt(t *testing.T) {
	inner := setup{own: policy.Policy{Retry: attempts(2, 0)}, lends: true}.method().Method
	outer := setup{own: timeouts(time.Minute, 0), lends: true}.method().Method
	off := setup{lends: true}
	off.options.Group = new(retry.Group)
	disabled := off.method().Method
	off.options.Group.SetEnabled(false)
	for name, m := range map[string]*retry.Method{"without a timeout": inner, "disabled": disabled} {
		t.Run(name, func(t *testing.T) {
			var attempt context.Context
			got, err := retry.Call(t.Context(), outer, func(ctx context.Context) (io.ReadCloser, error) {
				attempt = ctx
				require.NoError(t, openPlain(ctx, m).Close())
				require.NoError(t, ctx.Err(), "it goes on with the data after the index")
				var wg sync.WaitGroup
				for range 8 {
					wg.Go(func() { openPlain(ctx, m) }) // and is not closed
				}
				wg.Wait()
				return retry.KeepReadCloser(ctx, io.NopCloser(strings.NewReader("data"))), nil
			})
			require.NoError(t, err)
			assert.NoError(t, attempt.Err())
			require.NoError(t, got.Close())
			assert.Error(t, attempt.Err(), "its only result has been closed")
		})
	}
}

// A cursor's Close is, as that of *sql.Rows, not for nil.
type cursor struct{ name string }

func (c *cursor) Close() error { c.name = ""; return nil }

// A result that is nil holds nothing, of whatever type it is: the context of the attempt
// ends with the call.
func TestNilResultsHoldNothing(t *testing.T) {
	for name, keep := range map[string]func(context.Context){
		"interface": func(ctx context.Context) { retry.Keep[any](ctx, nil) },
		"pointer":   func(ctx context.Context) { retry.Keep[*cursor](ctx, nil) },
		"channel":   func(ctx context.Context) { retry.Keep[chan int](ctx, nil) },
		"func":      func(ctx context.Context) { retry.Keep[func()](ctx, nil) },
		"map":       func(ctx context.Context) { retry.Keep[map[int]any](ctx, nil) },
		"slice":     func(ctx context.Context) { retry.Keep[[]any](ctx, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := setup{own: policy.Policy{Timeout: policy.Timeout{Attempt: time.Second}}, lends: true}.method(
					func(ctx context.Context) error { keep(ctx); return nil })
				assert.NoError(t, m.do(t.Context()))
				assert.ErrorIs(t, m.contexts[0].Err(), context.Canceled)
			})
		})
	}
}

// A nil pointer is no result: nobody closes it, in whatever interface it comes.
func TestNilIsNotKept(t *testing.T) {
	t.Run("not good yet", func(t *testing.T) {
		m := setup{own: policy.Policy{Retry: attempts(2, 0), Timeout: policy.Timeout{Attempt: time.Minute}}, lends: true}.method().Method
		n := 0
		_, err := retry.Call(t.Context(), m, func(ctx context.Context) (c *cursor, err error) {
			if n++; n == 2 {
				c = new(cursor)
			}
			return retry.Keep(ctx, c), retry.NotYet(c == nil, nil)
		})
		assert.NoError(t, err)
		assert.Equal(t, 2, n)
	})
	t.Run("a loser's", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := setup{own: hedge(10*ms, 1), lends: true}.method().Method
			var n atomic.Int32
			_, err := retry.Hedge(t.Context(), m, func(ctx context.Context) (*cursor, error) {
				if n.Add(1) == 1 {
					time.Sleep(time.Second)
					return retry.Keep(ctx, (*cursor)(nil)), nil
				}
				return retry.Keep(ctx, new(cursor)), nil
			})
			assert.NoError(t, err)
			time.Sleep(time.Minute)
		})
	})
}

// The error of a context tells a deadline from a cancel, whichever deadline it is.
func TestLeaseTellsTheCallersDeadline(t *testing.T) {
	m := setup{own: timeouts(time.Minute, 0), lends: true}.method().Method
	for range 300 {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Microsecond)
		_, err := retry.Call(ctx, m, func(ctx context.Context) (io.ReadCloser, error) {
			<-ctx.Done()
			assert.Equal(t, context.DeadlineExceeded, ctx.Err())
			return nil, ctx.Err()
		})
		cancel()
		require.ErrorIs(t, err, retry.ErrDeadline)
	}
}

// The collector does not see who waits for a context: what may have a goroutine that
// does is not ended by it, though its producer has nothing but the channel of Done.
func TestCollectorLeavesWhatIsInUse(t *testing.T) {
	m := setup{own: timeouts(time.Minute, 0), lends: true}.method().Method
	collect := func() {
		for range 20 {
			goruntime.GC()
		}
	}
	t.Run("a channel", func(t *testing.T) {
		items, err := retry.Call(t.Context(), m, func(ctx context.Context) (<-chan int, error) {
			items := make(chan int)
			go func() {
				defer close(items)
				done := ctx.Done()
				for i := 0; ; i++ {
					select {
					case items <- i:
					case <-done:
						return
					}
				}
			}()
			return retry.Keep(ctx, (<-chan int)(items)), nil
		})
		require.NoError(t, err)
		for range 3 {
			collect()
			_, ok := <-items
			require.True(t, ok)
		}
	})
	t.Run("a connection", func(t *testing.T) {
		var closed atomic.Bool
		_, err := retry.Call(t.Context(), m, func(ctx context.Context) (*cursor, error) {
			done := ctx.Done()
			go func() {
				<-done
				closed.Store(true)
			}()
			return retry.Keep(ctx, new(cursor)), nil
		})
		require.NoError(t, err)
		collect()
		assert.False(t, closed.Load())
	})
}

// A result that refers to its context does not speak for another one beside it.
func TestCollectorAsksForAllResults(t *testing.T) {
	m := setup{own: timeouts(time.Minute, 0), lends: true}.method().Method
	var closed atomic.Bool
	err := m.Do(t.Context(), func(ctx context.Context) error {
		done := ctx.Done()
		go func() {
			<-done
			closed.Store(true)
		}()
		retry.KeepUntilCollected(ctx, new(cursor))
		retry.Keep(ctx, make(chan int))
		return nil
	})
	require.NoError(t, err)
	for range 20 {
		goruntime.GC()
	}
	assert.False(t, closed.Load())
}

// Results that nobody gets are closed also where a hook or a predicate panics.
func TestPanicsCloseResults(t *testing.T) {
	closing := func(closed *int, ctx context.Context) io.Closer {
		return retry.Keep[io.Closer](ctx, closer(func() error { *closed++; return nil }))
	}
	boom := func(context.Context, retry.AttemptEvent) { panic("boom") }
	for name, own := range map[string]policy.Policy{"call": timeouts(time.Minute, 0), "hedge": hedge(time.Minute, 1)} {
		t.Run(name+", hook", func(t *testing.T) {
			closed := 0
			m := setup{own: own, lends: true, options: retry.Options{Hooks: retry.Hooks{AttemptDone: boom}}}.method().Method
			assert.PanicsWithValue(t, "boom", func() {
				_, _ = retry.Hedge(t.Context(), m, func(ctx context.Context) (io.Closer, error) { return closing(&closed, ctx), nil })
			})
			assert.Equal(t, 1, closed)
		})
		t.Run(name+", hook after a failure", func(t *testing.T) {
			closed := 0
			m := setup{own: own, lends: true, options: retry.Options{Hooks: retry.Hooks{
				GiveUp: func(context.Context, retry.GiveUpEvent) { panic("boom") },
			}}}.method().Method
			assert.PanicsWithValue(t, "boom", func() {
				_, _ = retry.Hedge(t.Context(), m, func(ctx context.Context) (io.Closer, error) { return closing(&closed, ctx), errDown })
			})
			assert.Equal(t, 1, closed)
		})
		t.Run(name+", result func", func(t *testing.T) {
			closed := 0
			m := setup{own: own, lends: true}.method().Method
			assert.PanicsWithValue(t, "boom", func() {
				_, _ = retry.Hedge(t.Context(), m, func(ctx context.Context) (io.Closer, error) {
					_ = closing(&closed, ctx)
					panic("boom") // as the func of //retry:result does
				})
			})
			assert.Equal(t, 1, closed)
		})
	}
}

// A wrapper that an attempt with streams calls hears of a cancel at once, as below any
// other context: it makes no attempt after it, and its breaker counts no failure.
func TestCancelReachesWhatIsBelowALease(t *testing.T) {
	outer := setup{own: timeouts(time.Minute, 0), lends: true}.method().Method
	for name, timeout := range map[string]policy.Timeout{
		"no timeout": {}, "attempt": {Attempt: time.Minute}, "total": {Total: time.Minute}, "both": {Attempt: time.Second, Total: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			for range 300 {
				ctx, cancel := context.WithCancel(t.Context())
				inner := setup{
					own:    policy.Policy{Retry: attempts(3, 0), Timeout: timeout},
					shared: policy.Policy{Breaker: policy.Breaker{Failures: 1}},
				}.method(func(context.Context) error { cancel(); return errDown })
				_, err := retry.Call(ctx, outer, func(ctx context.Context) (io.ReadCloser, error) { return nil, inner.do(ctx) })
				require.Error(t, err)
				require.Equal(t, 1, inner.calls())
				require.Equal(t, breaker.Closed, inner.group.Breaker().State())
			}
		})
	}
}
