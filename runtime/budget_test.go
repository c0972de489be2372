package retry_test

import (
	"context"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// budgeted is a method of two attempts under a budget of the wrapper.
func budgeted(b policy.Budget) setup {
	return setup{shared: policy.Policy{Budget: b}, own: policy.Policy{Retry: attempts(2, 0)}}
}

// retriesLeft takes all the tokens that are left, and counts them.
func retriesLeft(t *testing.T, m *method) (n int) {
	t.Helper()
	for {
		before := m.calls()
		m.answers = []answer{fail(errDown)}
		err := m.do(t.Context())
		if m.calls() == before+1 {
			require.ErrorIs(t, err, retry.ErrBudget)
			return n
		}
		n++
		require.Less(t, n, 10_000, "the bucket has no bottom")
	}
}

// Retries that only SetPolicy adds are under the default budget: the source declares one
// attempt, which needs none.
func TestRetriesThatAreAddedHaveABudget(t *testing.T) {
	for name, declared := range map[string]policy.Policy{"nothing": {}, "one attempt": {Retry: attempts(1, 0)}} {
		t.Run(name, func(t *testing.T) {
			m := setup{own: declared}.method(fail(errDown))
			require.NoError(t, m.group.SetPolicy("Client.Get", policy.Policy{Retry: attempts(1000, 0)}.Patch()))
			assert.ErrorIs(t, m.do(t.Context()), retry.ErrBudget)
			assert.Equal(t, 1+policy.DefaultBudget().Burst, m.calls())
		})
	}
}

// callsOf calls m n times with one answer to all attempts, which is not to be
// retried.
func callsOf(t *testing.T, m *method, n int, a answer) {
	t.Helper()
	m.answers = []answer{a}
	before := m.calls()
	for range n {
		_ = m.do(t.Context())
	}
	require.Equal(t, before+n, m.calls(), "one attempt each")
}

func TestBudget(t *testing.T) {
	ratio := func(percent policy.Ratio, burst int) policy.Budget {
		return policy.Budget{Ratio: percent * policy.Percent, Burst: burst}
	}
	tests := []struct {
		name   string
		budget policy.Budget
		calls  int // after the bucket is empty
		answer answer
		full   int // tokens at first
		left   int // tokens after the calls
		reason string
	}{
		{"default", policy.DefaultBudget(), 0, succeed, 10, 0, "a burst of 10"},
		{"ratio", ratio(10, 5), 20, succeed, 5, 2, "ten successes pay for a retry"},
		{"ratio, one short", ratio(10, 5), 19, succeed, 5, 1, "part of a token is none"},
		{"small ratio", policy.Budget{Ratio: 1, Burst: 1}, 1000, succeed, 1, 0, "a millionth is not rounded up"},
		{"whole ratio", ratio(100, 5), 3, succeed, 5, 3, "each success pays for a retry"},
		{"overflow", ratio(50, 5), 1000, succeed, 5, 5, "a bucket holds burst and no more"},
		{"no ratio", ratio(0, 2), 1000, succeed, 2, 0, "nothing is given back"},
		{"no burst", ratio(10, 0), 1000, succeed, 0, 0, "there are no retries"},
		{"answers", ratio(10, 5), 20, fail(io.EOF), 5, 2, "the dependency works, so the call has ended well"},
		{"failures", ratio(10, 5), 20, fail(errDown), 5, 0, "what fails pays for nothing"},
		{"neutral", ratio(10, 5), 20, fail(errOpen), 5, 0, "neither does what says nothing of the dependency"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := budgeted(tt.budget).method()
			assert.Equal(t, tt.full, retriesLeft(t, m), tt.reason)
			callsOf(t, m, tt.calls, tt.answer)
			assert.Equal(t, tt.left, retriesLeft(t, m), tt.reason)
		})
	}
}

func TestNoBudgetIsNoBound(t *testing.T) {
	for _, b := range []policy.Budget{{}, {Off: true}, {Ratio: policy.Percent, Burst: 1, Off: true}} {
		m := budgeted(b).method(fail(errDown))
		for range 1000 {
			require.ErrorIs(t, m.do(t.Context()), retry.ErrExhausted)
		}
		assert.Equal(t, 2000, m.calls())
	}
}

func TestSuccessDeposits(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := budgeted(policy.Budget{Ratio: 50 * policy.Percent, Burst: 3})
		s.general = e.general
		m := s.method()
		assert.Equal(t, 3, retriesLeft(t, m))
		m.answers = []answer{succeed}
		for range 4 {
			assert.NoError(t, e.call(t, m, t.Context()))
		}
		assert.Equal(t, 2, retriesLeft(t, m))
	})
}

// A full bucket keeps nothing of what runs over, not even part of a token.
func TestFullBucketRunsOver(t *testing.T) {
	m := budgeted(policy.Budget{Ratio: 90 * policy.Percent, Burst: 1}).method()
	assert.Equal(t, 1, retriesLeft(t, m))
	callsOf(t, m, 2, succeed) // 1.8
	assert.Equal(t, 1, retriesLeft(t, m))
	callsOf(t, m, 1, succeed) // 0.9
	assert.Equal(t, 0, retriesLeft(t, m))
}

// A success of a retry pays as any success does.
func TestSuccessfulRetryDeposits(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := budgeted(policy.Budget{Ratio: 100 * policy.Percent, Burst: 3})
		s.general = e.general
		m := s.method(fail(errDown), succeed)
		require.NoError(t, e.call(t, m, t.Context()))
		assert.Equal(t, 2, m.calls())
		assert.Equal(t, 3, retriesLeft(t, m), "one taken, one given")
	})
}

// A call without a token stops at once, whatever its delay is.
func TestBudgetNeverWaits(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{own: policy.Policy{Retry: attempts(5, time.Second), Budget: policy.Budget{Burst: 2}}, general: e.general}
		m := s.method(fail(errDown))
		got := gaveUp(t, e.call(t, m, t.Context()))
		assert.Equal(t, retry.ErrBudget, got.Cause)
		assert.Equal(t, 2*time.Second, time.Since(m.made), "two waits, paid for")
		got = gaveUp(t, e.call(t, m, t.Context()))
		assert.Equal(t, 1, got.Attempts, "a first attempt is never refused")
		assert.Equal(t, 2*time.Second, time.Since(m.made), "no wait")
	})
}

// A token is given back exactly when its retry does not begin.
func TestTokenOfACancelledWaitComesBack(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{shared: policy.Policy{Budget: policy.Budget{Burst: 1}}, own: policy.Policy{Retry: attempts(2, 100*ms)}, general: e.general}
		m := s.method(fail(errDown))
		err := e.call(t, m, cancelledIn(40*ms, nil)(t))
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 40*ms, time.Since(m.made), "the wait ends with the context")
		assert.Equal(t, 1, m.calls())
		assert.Equal(t, 1, retriesLeft(t, m))
	})
}

// Every check that can stop a retry comes before the token is taken.
func TestStopsTakeNoToken(t *testing.T) {
	tests := []struct {
		name    string
		delay   time.Duration
		context func(*testing.T) context.Context
		answer  answer
		cause   error
	}{
		{"deadline", time.Minute, deadlineIn(time.Second), fail(errDown), retry.ErrDeadline},
		{"Retry-After", 0, (*testing.T).Context, fail(busy{time.Hour}), retry.ErrRetryAfter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := budgeted(policy.Budget{Burst: 1})
				s.own.Retry = policy.Retry{Attempts: 2, Strategy: backoff.Simple{Interval: tt.delay, Max: time.Minute}}
				m := s.method(tt.answer)
				require.ErrorIs(t, m.do(tt.context(t)), tt.cause)
				assert.Equal(t, 1, retriesLeft(t, m))
			})
		})
	}
}

// A thousand callers of a dead dependency make at most burst attempts more than
// without a wrapper.
func TestDeadDependencyGetsOneBurst(t *testing.T) {
	const callers, burst = 1000, 100
	synctest.Test(t, func(t *testing.T) {
		s := setup{shared: policy.Policy{Budget: policy.Budget{Ratio: 10 * policy.Percent, Burst: burst}}}
		s.own.Retry = attempts(4, 10*ms)
		m := s.method()
		var calls atomic.Int64
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				err := m.Do(t.Context(), func(context.Context) error {
					calls.Add(1)
					return errDown
				})
				assert.Error(t, err)
			})
		}
		group.Wait()
		assert.Equal(t, int64(callers+burst), calls.Load())
	})
}

// A burst that is too large for the bucket fills it, and a success does not make it run
// over.
func TestBudgetSaturates(t *testing.T) {
	m := setup{own: policy.Policy{
		Retry:  attempts(2, 0),
		Budget: policy.Budget{Burst: math.MaxInt, Ratio: 100 * policy.Percent},
	}}.method(fail(errDown), succeed)
	for range 3 {
		assert.NoError(t, m.do(t.Context()))
		m.began = nil
	}
}
