package retry_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// canceller is a strategy that cancels the call which is about to wait: the
// context ends after the error was sorted and before the next attempt.
type canceller struct {
	cancel context.CancelFunc
	delay  time.Duration
}

func (c *canceller) Delay(int, time.Duration, float64) time.Duration {
	c.cancel()
	return c.delay
}

// A select between a timer and a context that are both ready takes either, so it
// takes many tries to see that an attempt never starts after a cancel.
func TestNoAttemptAfterACancelBeforeTheWait(t *testing.T) {
	for _, delay := range []time.Duration{0, 1} {
		t.Run(delay.String(), func(t *testing.T) {
			strategy := &canceller{delay: delay}
			m := setup{own: policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: strategy}}}.method()
			calls := 0
			for range 100_000 {
				ctx, cancel := context.WithCancel(t.Context())
				strategy.cancel = cancel
				err := m.Do(ctx, func(context.Context) error { calls++; return errDown })
				require.ErrorIs(t, err, context.Canceled)
			}
			assert.Equal(t, 100_000, calls, "one attempt each")
		})
	}
}

// The context may end by any means while the call waits, and neither the wait nor
// the method goes on.
func TestCancelInTheWait(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{general: e.general}
		s.own.Retry = attempts(5, 100*ms)
		m := s.method(fail(errDown))
		got := gaveUp(t, e.call(t, m, cancelledIn(250*ms, errShutdown)(t)))
		assert.Equal(t, errShutdown, got.Cause)
		assert.Equal(t, []time.Duration{0, 100 * ms, 200 * ms}, m.began)
		assert.Equal(t, 250*ms, time.Since(m.made), "the wait ends with the context")
	})
}

// Callers that lose patience say nothing of the dependency.
func TestImpatientCallersLeaveTheBreakerClosed(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{general: e.general}
		s.own.Retry = attempts(3, 100*ms)
		s.shared.Breaker = policy.Breaker{Failures: 1}
		m := s.method(hang)
		for range 3 {
			assert.Same(t, context.Canceled, e.call(t, m, cancelledIn(time.Second, nil)(t)))
		}
		assert.Equal(t, breaker.Snapshot{Name: "Client"}, m.snapshot())
	})
}

// A dependency that hangs is seen by its callers' deadlines only, and these must
// open the breaker, for otherwise every caller would hang for all of its time.
func TestHangingDependencyOpensTheBreaker(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{general: e.general}
		s.own.Retry = attempts(3, 100*ms)
		s.shared.Breaker = policy.Breaker{Failures: 5, Cooldown: time.Minute}
		m := s.method(hang)
		for range 5 {
			assert.ErrorIs(t, e.call(t, m, deadlineIn(2*time.Second)(t)), retry.ErrDeadline)
		}
		assert.Equal(t, 10*time.Second, time.Since(m.made))
		assert.Equal(t, breaker.Open, m.snapshot().State)
		assert.ErrorIs(t, e.call(t, m, deadlineIn(2*time.Second)(t)), breaker.ErrOpen)
		assert.Equal(t, 10*time.Second, time.Since(m.made), "nobody waits any more")
	})
}

// A method that retries only what it knows meets a server that is down. That on
// does not list it makes it no success: the breaker that the methods share opens.
func TestOnDoesNotKeepTheBreakerClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := &net.OpError{Op: "dial", Net: "tcp", Err: errDown}
		shared := policy.Policy{Breaker: policy.Breaker{Failures: 4}}
		w := retry.NewWrapper("Client", shared, nil)
		get := w.Method("Get", retry.MethodSpec{SharedBreaker: true, On: matching(errListed)})
		put := w.Method("Put", retry.MethodSpec{SharedBreaker: true})
		for range 2 {
			assert.Same(t, refused, put.Do(t.Context(), fail(refused)))
			assert.Same(t, refused, get.Do(t.Context(), fail(refused)))
		}
		assert.ErrorIs(t, put.Do(t.Context(), succeed), breaker.ErrOpen)
	})
}

// What on does not list and nobody knows neither opens the breaker nor hides that
// other methods fail.
func TestOnIsNeutralToTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := retry.NewWrapper("Client", policy.Policy{Breaker: policy.Breaker{Failures: 2}}, nil)
		get := w.Method("Get", retry.MethodSpec{SharedBreaker: true, On: matching(errListed)})
		put := w.Method("Put", retry.MethodSpec{SharedBreaker: true})
		for range 9 {
			assert.Same(t, errPlain, get.Do(t.Context(), fail(errPlain)))
		}
		assert.Same(t, errPlain, put.Do(t.Context(), fail(errPlain)))
		assert.Same(t, errPlain, get.Do(t.Context(), fail(errPlain)))
		assert.Same(t, errPlain, put.Do(t.Context(), fail(errPlain)), "the second failure in a row")
		assert.ErrorIs(t, put.Do(t.Context(), succeed), breaker.ErrOpen)
	})
}

// A deadline with a cause has one shape, whether it passes in an attempt or before one:
// the cause, and ErrDeadline beside it.
func TestDeadlineWithACause(t *testing.T) {
	shutdown := errors.New("shutdown")
	for name, after := range map[string]time.Duration{"before the first attempt": 0, "in an attempt": 50 * ms} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeoutCause(t.Context(), after, shutdown)
				defer cancel()
				err := setup{}.method(hang).do(ctx)
				var e *retry.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, shutdown, e.Cause)
				assert.ErrorIs(t, err, retry.ErrDeadline)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		})
	}
}
