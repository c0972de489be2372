package retry_test

import (
	"context"
	"errors"
	"io"
	goruntime "runtime"
	"strconv"
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

// A course is what one copy of an attempt does.
type course struct {
	takes time.Duration
	err   error
	deaf  bool // it ignores its context
}

// A hedged is a hedged method. The attempt and its copies take the courses in turn, and the
// last course is for all that follow.
type hedged struct {
	*retry.Method
	courses []course

	mu        sync.Mutex
	began     []time.Duration
	first     time.Time
	discarded []int
	running   int
}

// hedge returns a policy with copies and without retries.
func hedge(after time.Duration, most int) policy.Policy {
	return policy.Policy{Hedge: policy.Hedge{After: after, Max: most}}
}

func newHedged(s setup, courses ...course) *hedged {
	return &hedged{Method: s.method().Method, courses: courses, first: time.Now()}
}

// get makes a call. Its result says which of the runs has answered, 1 first.
func (h *hedged) get(ctx context.Context) (int, error) {
	return retry.Hedge(ctx, h.Method, func(ctx context.Context) (int, error) {
		h.mu.Lock()
		n := len(h.began)
		h.began = append(h.began, time.Since(h.first))
		h.running++
		h.mu.Unlock()
		defer func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.running--
		}()
		does, attempt := h.courses[min(n, len(h.courses)-1)], ctx
		if does.deaf {
			ctx = context.Background()
		}
		select {
		case <-time.After(does.takes):
			retry.Keep(attempt, &opened{h, n + 1})
			return n + 1, does.err
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	})
}

// opened is the result of a copy. A call that does not want it must close it.
type opened struct {
	by   *hedged
	copy int
}

func (o *opened) Close() {
	o.by.mu.Lock()
	defer o.by.mu.Unlock()
	o.by.discarded = append(o.by.discarded, o.copy)
}

// starts returns when the attempt and its copies began.
func (h *hedged) starts() []time.Duration {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.began
}

// stillRunning returns how many of them have not returned.
func (h *hedged) stillRunning() int {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.running
}

func TestHedge(t *testing.T) {
	const never = time.Hour
	tests := []struct {
		name    string
		most    int
		courses []course
		began   []time.Duration
		want    int // which of them has answered
		err     error
		after   time.Duration
	}{
		{"quick enough", 1, []course{{takes: 9 * ms}}, []time.Duration{0}, 1, nil, 9 * ms},
		{"the copy is quicker", 1, []course{{takes: never}, {takes: 5 * ms}}, []time.Duration{0, 10 * ms}, 2, nil, 15 * ms},
		{"the attempt is quicker", 1, []course{{takes: 12 * ms}, {takes: 5 * ms}}, []time.Duration{0, 10 * ms}, 1, nil, 12 * ms},
		{"no more than max", 2, []course{{takes: 35 * ms}}, []time.Duration{0, 10 * ms, 20 * ms}, 1, nil, 35 * ms},
		{"a default of one", 0, []course{{takes: 35 * ms}}, []time.Duration{0, 10 * ms}, 1, nil, 35 * ms},
		{"a fast error is no reason", 1, []course{{takes: 5 * ms, err: errDown}}, []time.Duration{0}, 1, errDown, 5 * ms},
		{"an error waits for the copy", 1, []course{{takes: 12 * ms, err: errDown}, {takes: 7 * ms}}, []time.Duration{0, 10 * ms}, 2, nil, 17 * ms},
		{"both fail", 1, []course{{takes: 12 * ms, err: errDown}, {takes: 7 * ms, err: io.ErrClosedPipe}}, []time.Duration{0, 10 * ms}, 2, io.ErrClosedPipe, 17 * ms},
		{"an answer ends it", 1, []course{{takes: 12 * ms, err: io.EOF}, {takes: 7 * ms}}, []time.Duration{0, 10 * ms}, 1, io.EOF, 12 * ms},
		{"one that ignores its context", 1, []course{{takes: 40 * ms, deaf: true}, {takes: 5 * ms}}, []time.Duration{0, 10 * ms}, 2, nil, 15 * ms},
	}
	for _, tt := range tests {
		for _, lends := range []bool{false, true} {
			t.Run(tt.name+", lends "+strconv.FormatBool(lends), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := newHedged(setup{own: hedge(10*ms, tt.most), lends: lends}, tt.courses...)
					got, err := h.get(t.Context())
					assert.Equal(t, tt.after, time.Since(h.first))
					assert.Equal(t, tt.want, got)
					assert.Equal(t, tt.err, err)
					assert.Equal(t, tt.began, h.starts())
					time.Sleep(time.Minute)
					assert.Zero(t, h.stillRunning(), "nothing is left behind")
				})
			})
		}
	}
}

// Each copy has a permit of its own, and those of the losers say nothing.
func TestHedgeSettlesPermits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := policy.Policy{Breaker: policy.Breaker{Failures: 3, Cooldown: time.Second}}
		group := new(retry.Group)
		s := setup{own: hedge(10*ms, 1), shared: shared, options: retry.Options{Group: group}}
		h := newHedged(s, course{takes: time.Hour}, course{takes: ms})
		_, err := h.get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, breaker.Snapshot{Name: "Client"}, group.Breaker().Snapshot(), "neither failure nor probe")

		failing := newHedged(s, course{takes: 15 * ms, err: errDown})
		_, err = failing.get(t.Context())
		assert.Same(t, errDown, err)
		assert.Equal(t, 2, group.Breaker().Snapshot().Failures, "one for each copy")
	})
}

// A half-open breaker has room for one probe, so the probe gets no copy. Its permit comes
// back.
func TestHedgeOfAProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{
			own: hedge(10*ms, 1), shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}},
			options: retry.Options{Group: group},
		}, course{takes: ms, err: errDown}, course{takes: 30 * ms})
		_, err := h.get(t.Context())
		require.Error(t, err)
		time.Sleep(time.Second)
		_, err = h.get(t.Context())
		assert.NoError(t, err)
		assert.Len(t, h.starts(), 2, "no copy of the probe")
		assert.Equal(t, breaker.Closed, group.Breaker().State())
	})
}

func TestNoHedgeAfterTheBreakerHasOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{
			own: hedge(10*ms, 1), shared: policy.Policy{Breaker: policy.Breaker{Failures: 1}},
			options: retry.Options{Group: group},
		}, course{takes: 30 * ms})
		time.AfterFunc(5*ms, group.Breaker().ForceOpen)
		_, err := h.get(t.Context())
		assert.NoError(t, err)
		assert.Len(t, h.starts(), 1)
	})
}

// A copy takes a token and a place under the limit. Without them there is no copy.
func TestHedgeTakesWhatAnAttemptTakes(t *testing.T) {
	tests := []struct {
		name string
		own  policy.Policy
		want int // copies of three calls
	}{
		{"budget", policy.Policy{Retry: attempts(2, 0), Budget: policy.Budget{Burst: 2}}, 2},
		{"under way", policy.Policy{Limit: policy.Limit{Concurrent: 1}}, 0},
		{"rate", policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 5, Per: time.Hour}}}, 2},
		{"enough", policy.Policy{Limit: policy.Limit{Concurrent: 2, Rate: perSecond(100)}}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var copies int
				tt.own.Hedge = policy.Hedge{After: 10 * ms}
				h := newHedged(setup{own: tt.own, options: retry.Options{Hooks: retry.Hooks{
					HedgeStarted: func(_ context.Context, e retry.HedgeEvent) {
						copies++
						assert.Equal(t, retry.HedgeEvent{Method: "Client.Get", Attempt: 1, Copy: 1}, e)
					},
				}}}, course{takes: 35 * ms})
				for range 3 {
					_, err := h.get(t.Context())
					assert.NoError(t, err)
				}
				assert.Equal(t, tt.want, copies)
				assert.Len(t, h.starts(), 3+tt.want)
			})
		})
	}
}

// Each copy has its own attempt timeout. An attempt that times out is retried.
func TestHedgeTimesOutAndIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := hedge(10*ms, 1)
		own.Retry, own.Timeout.Attempt = attempts(2, 5*ms), 25*ms
		h := newHedged(setup{own: own}, course{takes: time.Hour}, course{takes: time.Hour}, course{takes: ms})
		got, err := h.get(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, 3, got)
		assert.Equal(t, []time.Duration{0, 10 * ms, 40 * ms}, h.starts(), "after both, at 25 and 35, and the delay")
	})
}

// When a deadline ends the call, the copies that hang count as failures. When the caller
// cancels, they count as nothing.
func TestHedgeOfACallThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{
			own: hedge(10*ms, 1), shared: policy.Policy{Breaker: policy.Breaker{Failures: 2}},
			options: retry.Options{Group: group},
		}, course{takes: time.Minute, deaf: true})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*ms, cancel)
		_, err := h.get(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		assert.EqualError(t, err, "Client.Get: gave up after 1 attempt: context canceled: no answer")
		assert.Equal(t, 20*ms, time.Since(h.first), "at once, although the method ignores it")
		assert.Zero(t, group.Breaker().Snapshot().Failures)

		ctx, cancel = context.WithTimeout(t.Context(), 20*ms)
		defer cancel()
		_, err = h.get(ctx)
		assert.ErrorIs(t, err, retry.ErrDeadline)
		assert.Equal(t, breaker.Open, group.Breaker().State(), "two copies have hung")
		time.Sleep(time.Hour)
		assert.Zero(t, h.stillRunning())
	})
}

// A panic or Goexit in a copy goes on in the caller while the call waits for the copy.
func TestHedgeThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		m := setup{
			own: hedge(10*ms, 1), shared: policy.Policy{Breaker: policy.Breaker{Failures: 9}},
			options: retry.Options{Group: group},
		}.method()
		call := func(leave func()) {
			var n atomic.Int32
			_, _ = retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int, error) {
				if n.Add(1) == 2 {
					leave()
				}
				<-ctx.Done()
				return 0, ctx.Err()
			})
		}
		assert.PanicsWithValue(t, "boom", func() { call(func() { panic("boom") }) })
		exited := true
		done := make(chan struct{})
		go func() {
			defer close(done)
			call(goruntime.Goexit)
			exited = false
		}()
		<-done
		assert.True(t, exited)
		assert.Equal(t, 2, group.Breaker().Snapshot().Failures)
	})
}

// Without a hedge in force, Hedge is Call.
func TestHedgeThatIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{own: hedge(10*ms, 1), options: retry.Options{Group: group}}, course{takes: 30 * ms})
		require.NoError(t, group.SetPolicy("Client.Get", hedge(5*ms, 1).Patch()))
		_, err := h.get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{0, 5 * ms}, h.starts(), "sooner, by another policy")
		require.NoError(t, group.SetPolicy("Client.Get", policy.Policy{Hedge: policy.Hedge{Off: true}}.Patch()))
		_, err = h.get(t.Context())
		require.NoError(t, err)
		assert.Len(t, h.starts(), 3)

		other := setup{options: retry.Options{Group: group}}
		w := retry.NewWrapper("Other", policy.Policy{}, &other.options)
		w.Method("Get", retry.MethodSpec{})
		assert.ErrorContains(t, group.SetPolicy("Other.Get", hedge(ms, 1).Patch()), "a hedge needs other code")
	})
}

// Many calls whose copies win and lose leave nothing behind.
func TestHedgesLeaveNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		m := setup{
			own:     policy.Policy{Retry: attempts(2, ms), Hedge: policy.Hedge{After: 5 * ms, Max: 3}, Limit: policy.Limit{Concurrent: 100, Wait: time.Minute}},
			shared:  policy.Policy{Breaker: policy.Breaker{Failures: 1 << 20}},
			options: retry.Options{Group: group},
		}.method()
		var n, running atomic.Int64
		var wg sync.WaitGroup
		for range 500 {
			wg.Go(func() {
				_, err := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int64, error) {
					i := n.Add(1)
					running.Add(1)
					defer running.Add(-1)
					select {
					case <-time.After(time.Duration(i%17) * ms):
					case <-ctx.Done():
						return 0, ctx.Err()
					}
					if i%5 == 0 {
						return 0, errDown
					}
					return i, nil
				})
				assert.True(t, err == nil || errors.Is(err, errDown))
			})
		}
		wg.Wait()
		time.Sleep(time.Minute)
		assert.Zero(t, running.Load())
		assert.Zero(t, group.Breaker().Snapshot().Probes)
		for range 100 { // all places are free
			wg.Go(func() {
				assert.NoError(t, m.Do(t.Context(), func(context.Context) error { time.Sleep(time.Second); return nil }))
			})
		}
		began := time.Now()
		wg.Wait()
		assert.Equal(t, time.Second, time.Since(began))
	})
}

// A success that has arrived when the caller cancels counts.
func TestHedgeKeepsASuccess(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			h := newHedged(setup{own: hedge(10*ms, 1), options: retry.Options{Hooks: retry.Hooks{
				HedgeStarted: func(context.Context, retry.HedgeEvent) { time.Sleep(20 * ms); cancel() },
			}}}, course{takes: 15 * ms, deaf: true}, course{takes: time.Hour})
			got, err := h.get(ctx)
			assert.NoError(t, err)
			assert.Equal(t, 1, got)
		})
	}
}

// A copy that is refused gives back what it has taken: the permit, and the place under the
// limit.
func TestHedgeThatIsRefused(t *testing.T) {
	tests := []struct {
		name  string
		own   policy.Policy
		calls int // until a copy is refused
		free  int // places, after an hour
	}{
		{"by the budget", policy.Policy{Limit: policy.Limit{Concurrent: 3}, Budget: policy.Budget{Burst: 1}}, 4, 3},
		{"by the number under way", policy.Policy{Limit: policy.Limit{Concurrent: 1}}, 2, 1},
		{"by the rate", policy.Policy{Limit: policy.Limit{Concurrent: 2, Rate: policy.Rate{Events: 3, Per: time.Minute}}}, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group := new(retry.Group)
				tt.own.Hedge = policy.Hedge{After: 10 * ms}
				h := newHedged(setup{
					own: tt.own, shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second, Probes: 2, Successes: 9}},
					options: retry.Options{Group: group},
				}, course{takes: 35 * ms})
				for range tt.calls {
					_, err := h.get(t.Context())
					require.NoError(t, err)
				}
				time.Sleep(time.Hour)
				var wg sync.WaitGroup
				for range tt.free {
					wg.Go(func() {
						assert.NoError(t, h.Do(t.Context(), func(context.Context) error { time.Sleep(ms); return nil }))
					})
				}
				wg.Wait()

				time.Sleep(time.Hour)
				_ = h.Do(t.Context(), fail(errDown))
				time.Sleep(time.Hour)
				_, err := h.get(t.Context())
				require.NoError(t, err)
				assert.Equal(t, breaker.HalfOpen, group.Breaker().State())
				assert.Zero(t, group.Breaker().Snapshot().Probes, "no probe is kept")
			})
		})
	}
}
