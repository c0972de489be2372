package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// WithoutRetry turns off retries and nothing else.
func TestWithoutRetryLeavesTheRest(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{general: e.general, key: true}
		s.own = policy.Policy{Retry: attempts(3, 100*ms), Timeout: policy.Timeout{Attempt: time.Second}}
		s.shared.Breaker = policy.Breaker{Failures: 1}
		m := s.method(hang)
		ctx := retry.WithoutRetry(t.Context())
		assert.Equal(t, context.DeadlineExceeded, e.call(t, m, ctx), "as it is")
		assert.Equal(t, []time.Duration{0}, m.began)
		assert.Equal(t, time.Second, time.Since(m.made), "the attempt's timeout")
		assert.NotEmpty(t, retry.IdempotencyKey(m.contexts[0]))
		assert.ErrorIs(t, e.call(t, m, ctx), breaker.ErrOpen, "the breaker")
	})
}

// The rule for layers is about retries. Below a first attempt, wrappers make all of their
// attempts, even if it is not the first call.
func TestFirstAttemptsLeaveTheRetriesBelow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := setup{own: policy.Policy{Retry: attempts(3, 0)}}.method(fail(errDown))
		outer := setup{own: policy.Policy{Retry: attempts(2, 0)}, on: matching(errListed)}.method(inner.do)
		for n := 1; n <= 3; n++ {
			assert.Error(t, outer.do(t.Context()))
			assert.Equal(t, n, outer.calls(), "on does not list it")
			assert.Equal(t, 3*n, inner.calls())
		}
	})
}

// Detach resets the attempt and keeps everything else in the context.
func TestDetachKeepsTheContext(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		m := setup{own: policy.Policy{Retry: attempts(2, 0), Timeout: policy.Timeout{Total: time.Minute}}, key: true, general: e.general}.
			method(fail(errDown))
		var seen context.Context
		m.answers = append(m.answers, func(ctx context.Context) error { seen = ctx; return nil })
		assert.NoError(t, e.call(t, m, t.Context()))

		detached := retry.Detach(seen)
		assert.Equal(t, 2, retry.Attempt(seen))
		assert.Equal(t, 2, retry.Attempt(retry.WithoutRetry(seen)))
		assert.Equal(t, 1, retry.Attempt(detached))
		assert.Equal(t, retry.IdempotencyKey(seen), retry.IdempotencyKey(detached))
		assert.Equal(t, seen.Err(), detached.Err())
		want, _ := seen.Deadline()
		got, ok := detached.Deadline()
		assert.True(t, ok)
		assert.Equal(t, want, got)
		free := retry.Detach(context.WithoutCancel(seen))
		assert.NoError(t, free.Err())
		assert.Equal(t, 1, retry.Attempt(free))
	})
}
