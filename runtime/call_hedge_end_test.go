package retry_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

// pausing returns options with a hook that delays the call after a failed attempt, and then
// calls a func.
func pausing(then func()) retry.Options {
	return retry.Options{Hooks: retry.Hooks{AttemptDone: func(_ context.Context, e retry.AttemptEvent) {
		if e.Err != nil && e.Ruling != retry.RulingLost {
			time.Sleep(20 * ms)
			then()
		}
	}}}
}

// A hook delays the call until the time for a copy has come. If the caller has cancelled
// meanwhile, or an answer has arrived, no copy starts. A select takes any channel that is
// ready, so the test tries many times.
func TestNoCopyAfterACancelOrAnAnswer(t *testing.T) {
	for range 40 {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			h := newHedged(setup{own: hedge(10*ms, 2), options: pausing(cancel)}, course{takes: 15 * ms, err: errDown}, course{takes: time.Hour})
			_, err := h.get(ctx)
			assert.ErrorIs(t, err, context.Canceled)
			assert.Len(t, h.starts(), 2)
		})
		synctest.Test(t, func(t *testing.T) {
			h := newHedged(setup{own: hedge(10*ms, 2), options: pausing(func() {})}, course{takes: 15 * ms, err: errDown}, course{takes: 9 * ms})
			_, err := h.get(t.Context())
			assert.NoError(t, err)
			assert.Len(t, h.starts(), 2)
		})
	}
}

// The error of a hedged call that its context has ended says why, and how a copy failed.
func TestHedgeThatEndsTellsWhy(t *testing.T) {
	shutdown := errors.New("shutdown")
	t.Run("deadline", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := newHedged(setup{own: hedge(10*ms, 1)}, course{takes: 15 * ms, err: errDown}, course{takes: time.Hour})
			ctx, cancel := context.WithTimeoutCause(t.Context(), 50*ms, shutdown)
			defer cancel()
			_, err := h.get(ctx)
			for _, want := range []error{errDown, shutdown, retry.ErrDeadline, context.DeadlineExceeded} {
				assert.ErrorIs(t, err, want)
			}
		})
	})
	t.Run("cancel", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := newHedged(setup{own: hedge(10*ms, 1)}, course{takes: time.Hour, deaf: true})
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(20*ms, func() { cancel(shutdown) })
			_, err := h.get(ctx)
			assert.ErrorIs(t, err, shutdown)
			assert.ErrorIs(t, err, context.Canceled)
			assert.EqualError(t, err, "Client.Get: gave up after 1 attempt: shutdown: no answer")
			time.Sleep(2 * time.Hour)
		})
	})
}
