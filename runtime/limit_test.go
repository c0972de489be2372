package retry_test

import (
	"context"
	"errors"
	"math"
	"runtime"
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

func perSecond(n int) policy.Rate { return policy.Rate{Events: n, Per: time.Second} }

// starts makes n calls at once, and returns how long after the first moment each
// began, in order, and how many were refused.
func starts(t *testing.T, m *retry.Method, n int, takes time.Duration) (began []time.Duration, refused int) {
	t.Helper()
	first := time.Now()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			err := m.Do(t.Context(), func(context.Context) error {
				mu.Lock()
				began = append(began, time.Since(first))
				mu.Unlock()
				time.Sleep(takes)
				return nil
			})
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				refused++
				assert.ErrorIs(t, err, retry.ErrLimited)
			}
		})
	}
	wg.Wait()
	return began, refused
}

func TestLimit(t *testing.T) {
	tests := []struct {
		name    string
		limit   policy.Limit
		calls   int
		want    []time.Duration
		refused int
	}{
		{"under way", policy.Limit{Concurrent: 2}, 5, []time.Duration{0, 0}, 3},
		{"with a wait", policy.Limit{Concurrent: 2, Wait: 15 * ms}, 5, []time.Duration{0, 0, 10 * ms, 10 * ms}, 1},
		{"with a long wait", policy.Limit{Concurrent: 2, Wait: time.Minute}, 5, []time.Duration{0, 0, 10 * ms, 10 * ms, 20 * ms}, 0},
		{"a rate", policy.Limit{Rate: perSecond(100), Burst: 1}, 3, []time.Duration{0}, 2},
		{"a rate with a burst", policy.Limit{Rate: perSecond(100), Burst: 2}, 3, []time.Duration{0, 0}, 1},
		{"a burst that is not said", policy.Limit{Rate: perSecond(3)}, 5, []time.Duration{0, 0, 0}, 2},
		{"a rate with a wait", policy.Limit{Rate: perSecond(100), Burst: 2, Wait: 25 * ms}, 6, []time.Duration{0, 0, 10 * ms, 20 * ms}, 2},
		{"an hour", policy.Limit{Rate: policy.Rate{Events: 60, Per: time.Hour}, Burst: 1, Wait: time.Minute}, 3, []time.Duration{0, time.Minute}, 1},
		{"both", policy.Limit{Concurrent: 1, Rate: perSecond(50), Burst: 1, Wait: 25 * ms}, 4, []time.Duration{0, 20 * ms}, 2},
		{"off", policy.Limit{Concurrent: 1, Off: true}, 3, []time.Duration{0, 0, 0}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{Policy: policy.Policy{Limit: tt.limit}})
				began, refused := starts(t, m, tt.calls, 10*ms)
				assert.Equal(t, tt.want, began)
				assert.Equal(t, tt.refused, refused)
			})
		})
	}
}

// What the interface declares is one limit for all its methods, and not one for each.
func TestLimitIsShared(t *testing.T) {
	w := retry.NewWrapper("Client", policy.Policy{Limit: policy.Limit{Concurrent: 1}}, nil)
	get := w.Method("Get", retry.MethodSpec{SharedLimit: true})
	put := w.Method("Put", retry.MethodSpec{SharedLimit: true})
	other := w.Method("Other", retry.MethodSpec{})
	err := get.Do(t.Context(), func(ctx context.Context) error {
		assert.NoError(t, other.Do(ctx, succeed), "is not under it")
		return put.Do(ctx, succeed)
	})
	assert.EqualError(t, err, "Client: limit reached: concurrent=1")
	assert.NoError(t, put.Do(t.Context(), succeed))
}

// A quiet time fills the burst up again, and no more than that.
func TestLimitAfterAQuietTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
			Policy: policy.Policy{Limit: policy.Limit{Rate: perSecond(10), Burst: 3}},
		})
		for _, quiet := range []time.Duration{0, time.Hour, 300 * ms} {
			time.Sleep(quiet)
			_, refused := starts(t, m, 5, 0)
			assert.Equal(t, 2, refused, "after %v", quiet)
		}
		time.Sleep(100 * ms)
		_, refused := starts(t, m, 5, 0)
		assert.Equal(t, 4, refused)
	})
}

// A refusal says nothing of the dependency, is not retried, and costs no token.
func TestLimitRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []retry.LimitEvent
		var outcomes []retry.Outcome
		shared := policy.Policy{Breaker: policy.Breaker{Failures: 2}, Limit: policy.Limit{Rate: perSecond(1), Burst: 1}}
		group := new(retry.Group)
		w := retry.NewWrapper("Client", shared, &retry.Options{Group: group, Hooks: retry.Hooks{
			LimitRefused: func(_ context.Context, e retry.LimitEvent) { events = append(events, e) },
			CallDone:     func(_ context.Context, e retry.CallEvent) { outcomes = append(outcomes, e.Outcome) },
		}})
		m := w.Method("Get", retry.MethodSpec{
			Policy:        policy.Policy{Retry: attempts(3, ms), Budget: policy.Budget{Burst: 1}},
			SharedBreaker: true, SharedLimit: true,
		})
		err := m.Do(t.Context(), fail(errDown))
		var gaveUp *retry.Error
		require.ErrorAs(t, err, &gaveUp)
		assert.Equal(t, 1, gaveUp.Attempts)
		assert.ErrorIs(t, gaveUp.Cause, retry.ErrLimited, "the retry was refused")
		assert.ErrorIs(t, err, errDown)

		err = m.Do(t.Context(), succeed)
		limited, ok := errors.AsType[*retry.LimitError](err)
		require.True(t, ok)
		assert.Same(t, limited, err, "as it is: no attempt was made")
		assert.EqualError(t, err, "Client: limit reached: rate=1/s")
		assert.Equal(t, 1, group.Breaker().Snapshot().Failures)
		assert.Equal(t, []retry.LimitEvent{
			{Method: "Client.Get", Attempt: 2, Err: limited}, {Method: "Client.Get", Attempt: 1, Err: limited},
		}, events)
		assert.Equal(t, []retry.Outcome{retry.OutcomeLimited, retry.OutcomeLimited}, outcomes)

		time.Sleep(time.Second)
		err = m.Do(t.Context(), fail(errDown))
		assert.ErrorIs(t, err, breaker.ErrOpen, "the token was given back, but this failure opens the breaker")
	})
}

// What a wrapper further down refuses is final for those above, and neutral.
func TestLimitFurtherDown(t *testing.T) {
	below := retry.NewWrapper("Below", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
		Policy: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 1, Per: time.Hour}}},
	})
	group, above := live()
	require.NoError(t, below.Do(t.Context(), succeed))
	n := 0
	err := above.Do(t.Context(), func(ctx context.Context) error { n++; return below.Do(ctx, succeed) })
	assert.ErrorIs(t, err, retry.ErrLimited)
	assert.Equal(t, 1, n)
	assert.Same(t, retry.ErrLimited, above.Do(t.Context(), fail(retry.ErrLimited)), "the bare error too")
	assert.Zero(t, group.Breaker().Snapshot().Failures)
}

// A caller who cancels while waiting leaves the place to others.
func TestLimitWaitIsCancelled(t *testing.T) {
	for _, limit := range []policy.Limit{
		{Concurrent: 1, Wait: time.Hour},
		{Rate: perSecond(1), Burst: 1, Wait: time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{Policy: policy.Policy{Limit: limit}})
			done := make(chan struct{})
			go func() {
				assert.NoError(t, m.Do(t.Context(), func(context.Context) error { time.Sleep(900 * ms); return nil }))
				close(done)
			}()
			synctest.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*ms, cancel)
			began := time.Now()
			err := m.Do(ctx, succeed)
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, 100*ms, time.Since(began))
			<-done
			time.Sleep(100 * ms)
			assert.NoError(t, m.Do(t.Context(), succeed))
			assert.Equal(t, time.Second, time.Since(began), "and it did not have to wait")
		})
	}
}

// A wait that would go beyond the deadline is not begun, nor one that would end with
// it: the attempt would have no time.
func TestLimitAndDeadline(t *testing.T) {
	for left, want := range map[time.Duration]error{
		500 * ms:        retry.ErrLimited,
		time.Second:     retry.ErrLimited,
		time.Second + 1: nil,
	} {
		t.Run(left.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
					Policy: policy.Policy{Limit: policy.Limit{Rate: perSecond(1), Burst: 1, Wait: time.Hour}},
				})
				require.NoError(t, m.Do(t.Context(), succeed))
				ctx, cancel := context.WithTimeout(t.Context(), left)
				defer cancel()
				began := time.Now()
				err := m.Do(ctx, succeed)
				if want == nil {
					assert.NoError(t, err)
					assert.Equal(t, time.Second, time.Since(began))
					return
				}
				assert.ErrorIs(t, err, want)
				assert.Zero(t, time.Since(began))
			})
		})
	}
}

// Whatever way a method leaves, its place is free again.
func TestLimitIsLeft(t *testing.T) {
	m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
		Policy: policy.Policy{Limit: policy.Limit{Concurrent: 1}},
	})
	for range 3 {
		assert.PanicsWithValue(t, "boom", func() { _ = m.Do(t.Context(), func(context.Context) error { panic("boom") }) })
		left := make(chan struct{})
		go func() {
			defer close(left)
			_ = m.Do(t.Context(), func(context.Context) error { runtime.Goexit(); return nil })
		}()
		<-left
		assert.Same(t, errDown, m.Do(t.Context(), fail(errDown)))
		assert.NoError(t, m.Do(t.Context(), succeed))
	}
}

func TestLimitErrorNamesWhatIsUnderWay(t *testing.T) {
	m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
		Policy: policy.Policy{Limit: policy.Limit{Concurrent: 1}},
	})
	err := m.Do(t.Context(), func(ctx context.Context) error { return m.Do(ctx, succeed) })
	assert.EqualError(t, err, "Client.Get: limit reached: concurrent=1")
}

// What the rate refuses does not stay under way.
func TestLimitOfBothKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
			Policy: policy.Policy{Limit: policy.Limit{Concurrent: 1, Rate: policy.Rate{Events: 1, Per: time.Hour}}},
		})
		require.NoError(t, m.Do(t.Context(), succeed))
		require.ErrorContains(t, m.Do(t.Context(), succeed), "rate=1/h")
		time.Sleep(time.Hour)
		assert.NoError(t, m.Do(t.Context(), succeed))
	})
}

// Both kinds share one wait: an attempt that waited for a place has less time left to
// wait for a turn.
func TestLimitWaitsOnceForBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
			Policy: policy.Policy{Limit: policy.Limit{
				Concurrent: 1, Rate: policy.Rate{Events: 2, Per: 3 * time.Second}, Burst: 1, Wait: time.Second,
			}},
		})
		go func() {
			assert.NoError(t, m.Do(t.Context(), func(context.Context) error { time.Sleep(700 * ms); return nil }))
		}()
		synctest.Wait()
		began := time.Now()
		assert.ErrorContains(t, m.Do(t.Context(), succeed), "rate=2/3s", "the turn is 800ms away, and 300ms are left")
		assert.Equal(t, 700*ms, time.Since(began))
	})
}

// A breaker that looks for slow calls times the call alone, and not its wait for a
// place, for which the dependency can do nothing.
func TestLimitWaitIsNotSlow(t *testing.T) {
	for name, call := range map[string]func(context.Context, *retry.Method) error{
		"Do": func(ctx context.Context, m *retry.Method) error { return m.Do(ctx, succeed) },
		"Hedge": func(ctx context.Context, m *retry.Method) error {
			_, err := retry.Hedge(ctx, m, func(context.Context) (int, error) { return 0, nil })
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group := new(retry.Group)
				w := retry.NewWrapper("Client", parse(t, "limit concurrent=1 wait=1h"), &retry.Options{Group: group})
				busy := w.Method("Busy", retry.MethodSpec{SharedLimit: true})
				get := w.Method("Get", retry.MethodSpec{
					Policy: parse(t, "hedge after=1h; breaker slow=1s slow-rate=100% min=1"), SharedLimit: true,
				})
				go func() {
					assert.NoError(t, busy.Do(t.Context(), func(context.Context) error { time.Sleep(2 * time.Second); return nil }))
				}()
				synctest.Wait()
				began := time.Now()
				require.NoError(t, call(t.Context(), get))
				require.Equal(t, 2*time.Second, time.Since(began), "it has waited")
				s := group.MethodBreaker("Client.Get").Snapshot()
				assert.Equal(t, breaker.Closed, s.State)
				assert.Equal(t, 1, s.Calls)
			})
		})
	}
}

// No number is so large that a limit lets more through than it says.
func TestLimitsSaturate(t *testing.T) {
	hourly := policy.Rate{Events: 1, Per: time.Hour}
	tests := []struct {
		name  string
		limit policy.Limit
		calls int
		want  []time.Duration
	}{
		{"the longest wait of the grammar", policy.Limit{Rate: hourly, Burst: 1, Wait: 2562047 * time.Hour}, 3, []time.Duration{0, time.Hour, 2 * time.Hour}},
		{"any wait", policy.Limit{Rate: hourly, Burst: 1, Wait: math.MaxInt64}, 3, []time.Duration{0, time.Hour, 2 * time.Hour}},
		{"any wait for a place", policy.Limit{Concurrent: 1, Wait: math.MaxInt64}, 3, []time.Duration{0, time.Minute, 2 * time.Minute}},
		{"any burst", policy.Limit{Rate: hourly, Burst: math.MaxInt, Wait: time.Hour}, 100, make([]time.Duration, 100)},
		{"any burst and wait", policy.Limit{Rate: hourly, Burst: math.MaxInt, Wait: math.MaxInt64}, 100, make([]time.Duration, 100)},
		{"a century", policy.Limit{Rate: policy.Rate{Events: 1, Per: 100 * 365 * 24 * time.Hour}, Burst: 2}, 3, []time.Duration{0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := setup{own: policy.Policy{Limit: tt.limit}}.method()
				got, refused := starts(t, m.Method, tt.calls, time.Minute)
				assert.Equal(t, tt.want, got)
				assert.Equal(t, tt.calls-len(tt.want), refused)
			})
		})
	}
}

// A context may have a deadline long ago and not know it.
func TestLimitAfterADeadlineLongAgo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 1, Per: time.Hour}, Wait: time.Hour}}}.method()
		assert.NoError(t, m.Do(t.Context(), succeed))
		assert.ErrorIs(t, m.Do(longAgo{t.Context()}, succeed), retry.ErrLimited, "no turn is before that")
	})
}

type longAgo struct{ context.Context }

func (longAgo) Deadline() (time.Time, bool) { return time.Time{}, true }
