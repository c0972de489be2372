package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

// The duration of each attempt counts from its own start, whatever came before it.
func TestDurationsOfHedgedAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var took []time.Duration
		s := setup{own: hedge(10*ms, 1)}
		s.own.Retry = attempts(2, 100*ms)
		s.options.Hooks.AttemptDone = func(_ context.Context, e retry.AttemptEvent) {
			if e.Ruling != retry.RulingLost { // that may come on another goroutine, after the call
				took = append(took, e.Duration)
			}
		}
		h := newHedged(s, course{takes: 3 * ms, err: errDown}, course{takes: time.Hour}, course{takes: 5 * ms})
		_, err := h.get(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, []time.Duration{3 * ms, 5 * ms}, took, "the first attempt, and the copy of the second")
	})
}

// A nanosecond is a limit.
func TestShortestTimeoutOfHedgedAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := setup{own: hedge(10*ms, 1)}
		s.own.Timeout.Attempt = 1
		m := s.method().Method
		began := time.Now()
		_, err := retry.Hedge(t.Context(), m, func(ctx context.Context) (int, error) { return 0, hang(ctx) })
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.EqualValues(t, 1, time.Since(began))
	})
}
