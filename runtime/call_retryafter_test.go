package retry_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// busy is an error of a server that says when to come back.
type busy struct{ wait time.Duration }

func (b busy) Error() string             { return "busy" }
func (b busy) RetryAfter() time.Duration { return b.wait }

func TestRetryAfter(t *testing.T) {
	simple := backoff.Simple{Interval: 100 * ms, Max: 2 * time.Second}
	jittered := backoff.LinearJitter{Base: 100 * ms, Max: 2 * time.Second, Spread: 0.5} // 50ms to 150ms
	tests := []struct {
		name        string
		strategy    backoff.Strategy
		err         error
		least, most time.Duration // of the wait
		cause       error         // where there is none
		reason      string
	}{
		{"longer than the delay", simple, busy{time.Second}, time.Second, time.Second, nil, "the server knows better"},
		{"shorter than the delay", simple, busy{10 * ms}, 100 * ms, 100 * ms, nil, "it asks for no less than its own time"},
		{"none", simple, busy{0}, 100 * ms, 100 * ms, nil, "it does not ask"},
		{"negative", simple, busy{-time.Hour}, 100 * ms, 100 * ms, nil, "a date that has passed"},
		{"max", simple, busy{2 * time.Second}, 2 * time.Second, 2 * time.Second, nil, "as long as may be"},
		{"more than max", simple, busy{2*time.Second + 1}, 0, 0, retry.ErrRetryAfter, "hammering it before helps nobody"},
		{"for ever", simple, busy{math.MaxInt64}, 0, 0, retry.ErrRetryAfter, "no overflow"},
		{"wrapped", simple, fmt.Errorf("call: %w", busy{time.Second}), time.Second, time.Second, nil, "the tree is looked through"},
		{"joined", simple, errors.Join(errDown, busy{time.Second}), time.Second, time.Second, nil, "all of it"},
		{"two", simple, errors.Join(busy{300 * ms}, busy{time.Second}), 300 * ms, 300 * ms, nil, "the first one in the order of errors.As"},
		{"no max", backoff.Simple{Interval: 100 * ms}, busy{time.Hour}, time.Hour, time.Hour, nil, "nothing bounds it"},
		{"no strategy", nil, busy{time.Hour}, time.Hour, time.Hour, nil, "the same"},
		{"jittered", jittered, busy{time.Second}, 1050 * ms, 1150*ms - 1, nil, "a fleet that was told one moment comes back spread"},
		{"jittered, near max", jittered, busy{2*time.Second - 20*ms}, 2 * time.Second, 2 * time.Second, nil, "the draw is cut to what is left"},
		{"jittered, max", jittered, busy{2 * time.Second}, 2 * time.Second, 2 * time.Second, nil, "nothing is left"},
		{"jittered, more than max", jittered, busy{2*time.Second + 1}, 0, 0, retry.ErrRetryAfter, "as without jitter"},
		{"jittered, not asked", jittered, busy{0}, 50 * ms, 150*ms - 1, nil, "the strategy alone"},
		{"jittered, no max", shrinking{70 * ms}, busy{time.Second}, 1070 * ms, 1070 * ms, nil, "a strategy of the user's counts as jittered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				var told []retry.RetryEvent
				s := setup{general: e.general}
				s.own.Retry = policy.Retry{Attempts: 2, Strategy: tt.strategy}
				s.options.Hooks.Retry = func(_ context.Context, e retry.RetryEvent) { told = append(told, e) }
				m := s.method(fail(tt.err), succeed)
				err := e.call(t, m, t.Context())
				if tt.cause != nil {
					got := gaveUp(t, err)
					assert.Equal(t, tt.cause, got.Cause, tt.reason)
					assert.Equal(t, tt.err, got.Last)
					assert.Zero(t, time.Since(m.made), "known at once, said at once")
					assert.Empty(t, told)
					return
				}
				require.NoError(t, err)
				wait := time.Since(m.made)
				assert.GreaterOrEqual(t, wait, tt.least, tt.reason)
				assert.LessOrEqual(t, wait, tt.most, tt.reason)
				require.Len(t, told, 1)
				assert.Equal(t, wait, told[0].Delay, "the wait that was, not the strategy's")
			})
		})
	}
}

// What a server asks for does not become the strategy's delay: the next one grows
// from what the strategy has said.
func TestRetryAfterLeavesTheStrategyAlone(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		strategy := new(asked)
		m := setup{own: policy.Policy{Retry: policy.Retry{Attempts: 4, Strategy: strategy}}, general: e.general}.
			method(fail(busy{time.Second}), fail(errDown))
		require.ErrorIs(t, e.call(t, m, t.Context()), retry.ErrExhausted)
		assert.Equal(t, []time.Duration{0, 10 * ms, 20 * ms}, strategy.prevs)
		assert.Equal(t, []time.Duration{0, 1010 * ms, 1030 * ms, 1060 * ms}, m.began)
	})
}

// The longest wait that there is, with a delay on top, must not become a short one.
func TestRetryAfterDoesNotOverflow(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		m := setup{own: policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: shrinking{70 * ms}}}, general: e.general}.
			method(fail(busy{math.MaxInt64}))
		err := e.call(t, m, cancelledIn(time.Hour, nil)(t))
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, m.calls())
		assert.Equal(t, time.Hour, time.Since(m.made))
	})
}

func TestRetryAfterTheDeadline(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		m := setup{own: policy.Policy{Retry: attempts(3, 100*ms)}, general: e.general}.method(fail(busy{time.Minute}))
		err := e.call(t, m, deadlineIn(time.Second)(t))
		assert.ErrorIs(t, err, retry.ErrDeadline)
		assert.Zero(t, time.Since(m.made))
	})
}

// An error that is not retried is returned as it is, whatever it asks for.
func TestRetryAfterOfAnAnswer(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{own: policy.Policy{Retry: attempts(3, 100*ms)}, not: matching(busy{time.Hour}), general: e.general}
		m := s.method(fail(busy{time.Hour}))
		assert.Equal(t, busy{time.Hour}, e.call(t, m, t.Context()))
		assert.Equal(t, 1, m.calls())
	})
}
