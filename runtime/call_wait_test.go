package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestWaitsOfStrategies(t *testing.T) {
	const base, most = 100 * ms, 500 * ms
	tests := []struct {
		name     string
		strategy backoff.Strategy
		attempts []time.Duration // when they begin
		reason   string
	}{
		{"none", nil, []time.Duration{0, 0, 0, 0, 0}, "no strategy is no delay"},
		{"simple", backoff.Simple{Interval: base, Max: most}, []time.Duration{0, 100, 200, 300, 400}, "100 each"},
		{"simple, long", backoff.Simple{Interval: time.Minute, Max: most}, []time.Duration{0, 500, 1000, 1500, 2000}, "max bounds"},
		{"linear", backoff.Linear{Base: base, Max: most}, []time.Duration{0, 100, 300, 600, 1000}, "100 200 300 400"},
		{"incremental", backoff.Incremental{Base: base, Step: 50 * ms, Max: most}, []time.Duration{0, 100, 250, 450, 700}, "100 150 200 250"},
		{"exponential", backoff.Exponential{Base: base, Max: most}, []time.Duration{0, 100, 300, 700, 1200}, "100 200 400 500"},
		{"fibonacci", backoff.Fibonacci{Base: base, Max: most}, []time.Duration{0, 100, 200, 400, 700}, "100 100 200 300"},
		{"schedule", backoff.Schedule{Delays: []time.Duration{ms, 20 * ms}, Max: most}, []time.Duration{0, 1, 21, 41, 61}, "1 20 20 20"},
		{"jitter of no range", backoff.LinearJitter{Base: base, Max: most}, []time.Duration{0, 100, 300, 600, 1000}, "nothing to draw"},
		{"negative", shrinking{-time.Second}, []time.Duration{0, 0, 0, 0, 0}, "a strategy of the user's that is wrong does no harm"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				s := setup{general: e.general}
				s.own.Retry = policy.Retry{Attempts: len(tt.attempts), Strategy: tt.strategy}
				m := s.method(fail(errDown))
				require.ErrorIs(t, e.call(t, m, t.Context()), retry.ErrExhausted)
				for i, at := range tt.attempts {
					assert.Equal(t, at*ms, m.began[i], "attempt %d: %s", i+1, tt.reason)
				}
				assert.Equal(t, m.began[len(m.began)-1], time.Since(m.made), "no wait after the last attempt")
			})
		})
	}
}

// shrinking is a strategy that always says the same, even what no delay is.
type shrinking struct{ delay time.Duration }

func (s shrinking) Delay(int, time.Duration, float64) time.Duration { return s.delay }

// asked is a strategy that notes what it is asked.
type asked struct {
	retries []int
	prevs   []time.Duration
	us      []float64
}

func (a *asked) Delay(retry int, prev time.Duration, u float64) time.Duration {
	a.retries, a.prevs, a.us = append(a.retries, retry), append(a.prevs, prev), append(a.us, u)
	return time.Duration(retry) * 10 * ms
}

func TestWhatAStrategyIsAsked(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		strategy := new(asked)
		m := setup{own: policy.Policy{Retry: policy.Retry{Attempts: 4, Strategy: strategy}}, general: e.general}.method(fail(errDown))
		for range 2 {
			require.Error(t, e.call(t, m, t.Context()))
		}
		assert.Equal(t, []int{1, 2, 3, 1, 2, 3}, strategy.retries, "the number of the retry; each call begins anew")
		assert.Equal(t, []time.Duration{0, 10 * ms, 20 * ms, 0, 10 * ms, 20 * ms}, strategy.prevs)
		different := make(map[float64]bool)
		for _, u := range strategy.us {
			assert.GreaterOrEqual(t, u, 0.0)
			assert.Less(t, u, 1.0)
			different[u] = true
		}
		assert.Greater(t, len(different), 1, "a draw for each delay")
	})
}

// The jittered waits of a thousand retries fill their range.
func TestJitteredWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{Retry: policy.Retry{
			Attempts: 1001, Strategy: backoff.ExponentialJitter{Base: 100 * ms, Max: 100 * ms},
		}}}.method(fail(errDown))
		require.Error(t, m.do(t.Context()))
		var tenths [10]int
		for i, at := range m.began[1:] {
			wait := at - m.began[i]
			require.GreaterOrEqual(t, wait, time.Duration(0))
			require.Less(t, wait, 100*ms)
			tenths[wait/(10*ms)]++
		}
		for i, n := range tenths {
			assert.Positive(t, n, "no wait in tenth %d of the range", i) // by chance once in 10^44 runs
		}
	})
}

func TestTimeouts(t *testing.T) {
	tests := []struct {
		name    string
		policy  policy.Policy
		context func(*testing.T) context.Context
		answer  answer
		began   []time.Duration
		cause   error
		elapsed time.Duration
		reason  string
	}{
		{
			"attempt", policy.Policy{Retry: attempts(3, 100*ms), Timeout: policy.Timeout{Attempt: time.Second}}, (*testing.T).Context, hang,
			[]time.Duration{0, 1100 * ms, 2200 * ms}, retry.ErrExhausted, 3200 * ms, "each attempt has its own second",
		},
		{
			"total in an attempt", policy.Policy{Retry: attempts(9, 100*ms), Timeout: policy.Timeout{Attempt: 300 * ms, Total: time.Second}}, (*testing.T).Context, hang,
			[]time.Duration{0, 400 * ms, 800 * ms}, retry.ErrDeadline, time.Second, "the third attempt is cut off",
		},
		{
			"total before a wait", policy.Policy{Retry: attempts(9, 100*ms), Timeout: policy.Timeout{Attempt: 400 * ms, Total: time.Second}}, (*testing.T).Context, hang,
			[]time.Duration{0, 500 * ms}, retry.ErrDeadline, 900 * ms, "a wait that ends with the time is not begun",
		},
		{
			"the shortest attempt", policy.Policy{Retry: attempts(2, 0), Timeout: policy.Timeout{Attempt: 1}}, (*testing.T).Context, hang,
			[]time.Duration{0, 1}, retry.ErrExhausted, 2, "a nanosecond is a limit",
		},
		{
			"the shortest total", policy.Policy{Retry: attempts(2, 0), Timeout: policy.Timeout{Total: 1}}, (*testing.T).Context, hang,
			[]time.Duration{0}, retry.ErrDeadline, 1, "the same",
		},
		{
			"total ahead", policy.Policy{Retry: attempts(3, 2*time.Second), Timeout: policy.Timeout{Total: time.Second}}, (*testing.T).Context, fail(errDown),
			[]time.Duration{0}, retry.ErrDeadline, 0, "known at once, said at once",
		},
		{
			"deadline ahead", policy.Policy{Retry: attempts(3, 2*time.Second)}, deadlineIn(time.Second), fail(errDown),
			[]time.Duration{0}, retry.ErrDeadline, 0, "the caller's counts as the policy's",
		},
		{
			"delay up to the deadline", policy.Policy{Retry: attempts(3, time.Second)}, deadlineIn(time.Second), fail(errDown),
			[]time.Duration{0}, retry.ErrDeadline, 0, "nothing is left for an attempt",
		},
		{
			"delay up to just before the deadline", policy.Policy{Retry: attempts(3, time.Second-1)}, deadlineIn(time.Second), fail(errDown),
			[]time.Duration{0, time.Second - 1}, retry.ErrDeadline, time.Second - 1, "a nanosecond is left",
		},
		{
			"the earlier of two", policy.Policy{Retry: attempts(3, 700*ms), Timeout: policy.Timeout{Total: time.Minute}}, deadlineIn(time.Second), fail(errDown),
			[]time.Duration{0, 700 * ms}, retry.ErrDeadline, 700 * ms, "the caller's",
		},
		{
			"unlimited attempts", policy.Policy{Retry: attempts(policy.Unlimited, 100*ms)}, deadlineIn(450 * ms), fail(errDown),
			[]time.Duration{0, 100 * ms, 200 * ms, 300 * ms, 400 * ms}, retry.ErrDeadline, 400 * ms, "the deadline ends them",
		},
		{
			"off", policy.Policy{Retry: attempts(2, time.Second), Timeout: policy.Timeout{Attempt: 1, Total: 1, Off: true}}, (*testing.T).Context, fail(errDown),
			[]time.Duration{0, time.Second}, retry.ErrExhausted, time.Second, "the other fields are not read",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				m := setup{own: tt.policy, general: e.general}.method(tt.answer)
				got := gaveUp(t, e.call(t, m, tt.context(t)))
				assert.Equal(t, tt.cause, got.Cause, tt.reason)
				assert.Equal(t, tt.began, m.began, tt.reason)
				assert.Equal(t, tt.elapsed, time.Since(m.made), tt.reason)
			})
		})
	}
}

// The context of an attempt ends with it, and nothing of it is left behind.
func TestAttemptContextsAreReleased(t *testing.T) {
	for name, timeout := range map[string]policy.Timeout{
		"attempt": {Attempt: time.Hour},
		"total":   {Total: time.Hour},
		"both":    {Attempt: time.Hour, Total: 2 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				m := setup{own: policy.Policy{Retry: attempts(3, 100*ms), Timeout: timeout}, general: e.general}.
					method(fail(errDown), nil, succeed)
				m.answers[1] = func(context.Context) error {
					if timeout.Attempt > 0 {
						assert.ErrorIs(t, m.contexts[0].Err(), context.Canceled, "the one before, while the next is under way")
					}
					return errDown
				}
				require.NoError(t, e.call(t, m, t.Context()))
				require.Equal(t, 3, m.calls())
				for i, ctx := range m.contexts {
					assert.ErrorIs(t, ctx.Err(), context.Canceled, "attempt %d", i+1)
				}
				assert.NoError(t, t.Context().Err(), "the caller's stays as it is")
			})
		})
	}
}

func TestOpenedByOwnFailure(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		cooldown time.Duration
		began    []time.Duration
		open     bool // is the cause; else the attempts are exhausted
		reason   string
	}{
		{"at the second failure", 2, 30 * time.Second, []time.Duration{0, time.Second}, true, "the third attempt would be refused, and is not waited for"},
		{"delay just shorter than the cooldown", 1, time.Second + 1, []time.Duration{0}, true, "it would come a nanosecond early"},
		{"delay as long as the cooldown", 1, time.Second, []time.Duration{0, time.Second, 2 * time.Second}, false, "each retry is a probe"},
		{"delay longer than the cooldown", 1, 100 * ms, []time.Duration{0, time.Second, 2 * time.Second}, false, "the same"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				s := setup{own: policy.Policy{Retry: attempts(3, time.Second)}, general: e.general}
				s.shared.Breaker = policy.Breaker{Failures: tt.failures, Cooldown: tt.cooldown}
				m := s.method(fail(errDown))
				err := e.call(t, m, t.Context())
				assert.Equal(t, tt.began, m.began, tt.reason)
				assert.Equal(t, m.began[len(m.began)-1], time.Since(m.made), "no wait for what is known")
				assert.Equal(t, errDown, gaveUp(t, err).Last)
				if tt.open {
					assert.ErrorIs(t, err, breaker.ErrOpen, tt.reason)
				} else {
					assert.ErrorIs(t, err, retry.ErrExhausted, tt.reason)
				}
			})
		})
	}
}

// Another call may open the breaker while this one waits.
func TestOpenedDuringTheWait(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{own: policy.Policy{Retry: attempts(3, time.Second)}, general: e.general}
		s.shared = policy.Policy{Breaker: policy.Breaker{Failures: 100}, Budget: policy.Budget{Burst: 1}}
		m := s.method(fail(errDown))
		time.AfterFunc(400*ms, m.group.Breaker().ForceOpen)
		got := gaveUp(t, e.call(t, m, t.Context()))
		assert.ErrorIs(t, got, breaker.ErrOpen)
		assert.Equal(t, errDown, got.Last)
		assert.Equal(t, 1, got.Attempts)
		assert.Equal(t, time.Second, got.Elapsed)
		m.group.Breaker().Reset()
		assert.Equal(t, 1, retriesLeft(t, m), "the token came back with the retry that did not take place")
	})
}
