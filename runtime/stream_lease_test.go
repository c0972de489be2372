package retry_test

import (
	"context"
	"errors"
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

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// timeouts is a policy of one attempt.
func timeouts(attempt, total time.Duration) policy.Policy {
	return policy.Policy{Timeout: policy.Timeout{Attempt: attempt, Total: total}}
}

// A stream is a result that uses the context of its attempt.
type stream struct {
	ctx    context.Context
	closed int
}

func (s *stream) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return copy(p, "data"), nil
}

func (s *stream) Close() error {
	s.closed++
	return nil
}

// open makes a call that returns a stream, as generated code does.
func open(ctx context.Context, m *retry.Method) (inner *stream, outer io.ReadCloser, err error) {
	outer, err = retry.Call(ctx, m, func(ctx context.Context) (io.ReadCloser, error) {
		inner = &stream{ctx: ctx}
		return retry.KeepReadCloser(ctx, inner), nil
	})
	return inner, outer, err
}

func TestStreamOutlivesTheTimeouts(t *testing.T) {
	for name, p := range map[string]policy.Policy{
		"attempt": timeouts(time.Second, 0),
		"total":   timeouts(0, time.Second),
		"both":    timeouts(time.Second, 2*time.Second),
		"hedge":   hedge(time.Second, 1),
		"retries": {Retry: attempts(3, 0), Timeout: policy.Timeout{Attempt: time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				inner, outer, err := open(ctx, setup{own: p, lends: true}.method().Method)
				require.NoError(t, err)
				time.Sleep(time.Minute)
				synctest.Wait()
				_, err = outer.Read(make([]byte, 10))
				assert.NoError(t, err)
				deadline, _ := inner.ctx.Deadline()
				callers, _ := ctx.Deadline()
				assert.Equal(t, callers, deadline, "that of the caller alone")

				require.NoError(t, outer.Close())
				assert.Equal(t, context.Canceled, inner.ctx.Err(), "without a wait")
				require.NoError(t, outer.Close())
				assert.Equal(t, 2, inner.closed)
			})
		})
	}
}

func TestStreamEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		inner, _, err := open(ctx, setup{own: timeouts(time.Second, 0), lends: true}.method().Method)
		require.NoError(t, err)
		cancel(cause)
		<-inner.ctx.Done()
		assert.Equal(t, context.Canceled, inner.ctx.Err())
		assert.Equal(t, cause, context.Cause(inner.ctx))
	})
}

// Until the method returns, its context ends with the timeouts, and so do those that
// are derived from it.
func TestTimeoutOfALease(t *testing.T) {
	tests := []struct {
		name   string
		policy policy.Policy
		cause  error
	}{
		{"attempt", timeouts(time.Second, 0), retry.ErrAttemptTimeout},
		{"total", timeouts(0, time.Second), retry.ErrDeadline},
		{"hedged", policy.Policy{Hedge: policy.Hedge{After: time.Hour}, Timeout: policy.Timeout{Attempt: time.Second}}, retry.ErrAttemptTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				m := setup{own: tt.policy, lends: true}.method().Method
				var ctx, child, grandchild context.Context
				_, err := retry.Hedge(t.Context(), m, func(attempt context.Context) (io.ReadCloser, error) {
					ctx = attempt
					var cancel context.CancelFunc
					child, cancel = context.WithCancel(context.WithValue(ctx, ctxKey{}, "value"))
					defer cancel()
					grandchild, cancel = context.WithTimeout(child, time.Hour)
					defer cancel()
					assert.NoError(t, ctx.Err())
					<-grandchild.Done()
					return nil, grandchild.Err()
				})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, time.Second, time.Since(began))
				for _, ended := range []context.Context{ctx, child, grandchild} {
					assert.Equal(t, context.DeadlineExceeded, ended.Err())
					assert.Equal(t, tt.cause, context.Cause(ended))
				}
				assert.Equal(t, "value", child.Value(ctxKey{}))
			})
		})
	}
}

// The context of an attempt whose results are none ends when it has returned.
func TestLeaseThatNobodyHolds(t *testing.T) {
	tests := []struct {
		name string
		f    func(context.Context) (io.ReadCloser, error)
	}{
		{"nil", func(ctx context.Context) (io.ReadCloser, error) { return retry.KeepReadCloser(ctx, nil), nil }},
		{"failed", func(context.Context) (io.ReadCloser, error) { return nil, io.EOF }},
		{"failed with a struct that nobody has filled", func(ctx context.Context) (io.ReadCloser, error) {
			retry.Keep(ctx, struct{ n int }{})
			return nil, io.EOF
		}},
		{"panic", func(context.Context) (io.ReadCloser, error) { panic("boom") }},
		{"Goexit", func(context.Context) (io.ReadCloser, error) { goruntime.Goexit(); return nil, nil }},
	}
	for _, tt := range tests {
		for name, p := range map[string]policy.Policy{"timeout": timeouts(time.Second, 0), "hedge": hedge(time.Second, 1)} {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := setup{own: p, lends: true}.method().Method
					var ctx context.Context
					go func() {
						defer func() { _ = recover() }()
						_, _ = retry.Hedge(t.Context(), m, func(attempt context.Context) (io.ReadCloser, error) {
							ctx = attempt
							return tt.f(attempt)
						})
					}()
					synctest.Wait()
					assert.Equal(t, context.Canceled, ctx.Err())
				})
			})
		}
	}
}

// What polling throws away is closed before the wait, and what it ends with is not.
func TestPollingClosesWhatItThrowsAway(t *testing.T) {
	tests := []struct {
		name   string
		policy policy.Policy
		closed []int
		err    error
	}{
		{"good in the end", policy.Policy{Retry: attempts(3, time.Second)}, []int{1, 1, 0}, nil},
		{"never good", policy.Policy{Retry: attempts(2, time.Second)}, []int{1, 1}, retry.ErrExhausted},
		{"looked at once", policy.Policy{Retry: attempts(1, 0)}, []int{0}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := retry.NewWrapper("Client", policy.Policy{}, nil).
					Method("Open", retry.MethodSpec{Policy: tt.policy, Lends: true, Polls: true})
				var made []*stream
				_, err := retry.Call(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
					for _, s := range made {
						assert.Equal(t, 1, s.closed, "before the next attempt")
					}
					made = append(made, &stream{ctx: ctx})
					return retry.KeepReadCloser(ctx, made[len(made)-1]), retry.NotYet(len(made) < 3, nil)
				})
				require.ErrorIs(t, err, tt.err)
				var closed []int
				for _, s := range made {
					closed = append(closed, s.closed)
				}
				assert.Equal(t, tt.closed, closed)
			})
		})
	}
}

// Two results hold the context until both are closed.
func TestTwoResultsHoldOneContext(t *testing.T) {
	m := setup{own: timeouts(time.Hour, 0), lends: true}.method().Method
	var inner *stream
	var first, second io.ReadCloser
	require.NoError(t, m.Do(t.Context(), func(ctx context.Context) error {
		inner = &stream{ctx: ctx}
		first, second = retry.KeepReadCloser(ctx, inner), retry.KeepReadCloser(ctx, inner)
		return nil
	}))
	require.NoError(t, first.Close())
	require.NoError(t, first.Close())
	require.NoError(t, inner.ctx.Err())
	require.NoError(t, second.Close())
	assert.Error(t, inner.ctx.Err())
}

type ctxKey struct{}

// A registry is a context that counts who waits for its end.
type registry struct {
	context.Context
	waiting atomic.Int64
	mu      sync.Mutex
	funcs   map[int64]func() // that are to be called, and so all that they refer to
	last    int64
}

func (*registry) Done() <-chan struct{} { return make(chan struct{}) }

func (r *registry) AfterFunc(f func()) func() bool {
	r.waiting.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.funcs == nil {
		r.funcs = make(map[int64]func())
	}
	r.last++
	number := r.last
	r.funcs[number] = f
	return func() bool {
		r.waiting.Add(-1)
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.funcs, number)
		return true
	}
}

// Of ten thousand calls nothing is left, whether their results are closed, dropped, or
// cannot be intercepted but refer to their context, and although the caller's context
// goes on.
func TestStreamsLeaveNothingBehind(t *testing.T) {
	type rows struct{ ctx context.Context }
	kinds := map[string]func(context.Context, *retry.Method){
		"closed": func(ctx context.Context, m *retry.Method) {
			_, outer, _ := open(ctx, m)
			_ = outer.Close()
		},
		"dropped": func(ctx context.Context, m *retry.Method) { _, _, _ = open(ctx, m) },
		"dropped while something waits for the context": func(ctx context.Context, m *retry.Method) {
			_, _ = retry.Call(ctx, m, func(ctx context.Context) (io.ReadCloser, error) {
				context.AfterFunc(ctx, func() {})
				return retry.KeepReadCloser(ctx, io.NopCloser(strings.NewReader("data"))), nil
			})
		},
		"not intercepted": func(ctx context.Context, m *retry.Method) {
			_, _ = retry.Call(ctx, m, func(ctx context.Context) (*rows, error) {
				child, done := context.WithCancel(ctx)
				defer done() // as Close does
				return retry.KeepUntilCollected(ctx, &rows{child}), nil
			})
		},
		"wrapped": func(ctx context.Context, m *retry.Method) {
			_, _ = retry.Call(ctx, m, func(ctx context.Context) (io.Closer, error) {
				return retry.KeepAs(ctx, io.Closer(&stream{ctx: ctx}), func(c io.Closer, h *retry.Hold) io.Closer {
					h.Release() // as its Close does
					return c
				}), nil
			})
		},
		"nil": func(ctx context.Context, m *retry.Method) {
			_, _ = retry.Call(ctx, m, func(ctx context.Context) (*rows, error) { return retry.Keep[*rows](ctx, nil), nil })
		},
		"panicking": func(ctx context.Context, m *retry.Method) {
			defer func() { _ = recover() }()
			_, _ = retry.Call(ctx, m, func(ctx context.Context) (*rows, error) { panic("boom") })
		},
	}
	for name, call := range kinds {
		for policyName, p := range map[string]policy.Policy{"attempt": timeouts(time.Hour, 0), "total": timeouts(0, time.Hour), "hedge": hedge(time.Hour, 1)} {
			t.Run(name+", "+policyName, func(t *testing.T) {
				m := setup{own: p, lends: true}.method().Method
				ctx := &registry{Context: t.Context()}
				before := goruntime.NumGoroutine()
				for range 10_000 {
					call(ctx, m)
				}
				for range 1000 {
					if goruntime.GC(); ctx.waiting.Load() == 0 && goruntime.NumGoroutine() <= before {
						break
					}
				}
				assert.Zero(t, ctx.waiting.Load(), "contexts")
				assert.LessOrEqual(t, goruntime.NumGoroutine(), before, "goroutines")
			})
		}
	}
}

// What is dropped in a bubble is not ended by the collector, which would be fatal.
func TestStreamDroppedInABubble(t *testing.T) {
	const decades = 30 * 365 * 24 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(decades) // its clock is ahead of the real one
		m := setup{own: timeouts(time.Second, time.Minute), lends: true}.method().Method
		for range 1000 {
			_, _, err := open(t.Context(), m)
			require.NoError(t, err)
			_, err = retry.Call(t.Context(), m, func(ctx context.Context) (chan int, error) {
				context.AfterFunc(ctx, func() {})
				return retry.Keep(ctx, make(chan int)), nil
			})
			require.NoError(t, err)
		}
		for range 5 {
			goruntime.GC()
			time.Sleep(time.Minute)
		}
	})
	goruntime.GC()
	m := setup{own: timeouts(time.Second, 0), lends: true}.method().Method
	_, outer, err := open(t.Context(), m)
	require.NoError(t, err)
	require.NoError(t, outer.Close())
}

// Without a lease a result comes back as it is.
func TestKeepWithoutALease(t *testing.T) {
	s := new(stream)
	for name, m := range map[string]*retry.Method{
		"no timeout": setup{own: policy.Policy{Retry: attempts(2, 0)}, lends: true}.method().Method,
		"plain":      setup{own: timeouts(time.Second, 0)}.method().Method,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := retry.Call(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
				return retry.KeepReadCloser(ctx, s), nil
			})
			require.NoError(t, err)
			assert.Same(t, s, got)
		})
	}
}

// A timeout that is put into force while the program runs leaves streams alone.
func TestTimeoutOfAnOverrideLeavesStreamsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		m := setup{lends: true, options: retry.Options{Group: group}}.method().Method
		require.NoError(t, group.SetPolicy("Client.Get", timeouts(time.Second, 0).Patch()))
		inner, _, err := open(t.Context(), m)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		assert.NoError(t, inner.ctx.Err())
	})
}
