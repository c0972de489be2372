package retry

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

// layers makes n methods with three attempts each. Each calls the next, and layers counts
// the calls of the innermost func.
func layers(t *testing.T, n int, detach bool) int {
	t.Helper()
	calls := 0
	f := func(context.Context) error { calls++; return errFlaky }
	for range n {
		m, below := methodOf(t, "simple attempts=3 delay=0s"), f
		f = func(ctx context.Context) error {
			if detach {
				ctx = Detach(ctx)
			}
			return m.Do(ctx, below)
		}
	}
	require.ErrorIs(t, f(t.Context()), errFlaky)
	return calls
}

func TestLayersDoNotMultiply(t *testing.T) {
	assert.Equal(t, 3, layers(t, 1, false))
	assert.Equal(t, 5, layers(t, 2, false))
	assert.Equal(t, 7, layers(t, 3, false))
	assert.Equal(t, 27, layers(t, 3, true), "unless they are detached")
}

// A poll below a retry goes on, but a wrapper below the poll does not retry, because it is
// below the retry, too.
func TestRetryOverAPollOverARetry(t *testing.T) {
	retries, calls := methodOf(t, "simple attempts=3 delay=0s"), 0
	asked := 0
	polls := methodOf(t, "simple attempts=2 delay=0s", func(s *MethodSpec) { s.Polls = true })
	_ = methodOf(t, "simple attempts=2 delay=0s").Do(t.Context(), func(ctx context.Context) error {
		if Attempt(ctx) == 1 {
			return errFlaky
		}
		return polls.Do(ctx, func(ctx context.Context) error {
			if asked++; asked == 1 {
				return NotYet(true, nil)
			}
			return retries.Do(ctx, func(context.Context) error { calls++; return errFlaky })
		})
	})
	assert.Equal(t, 2, asked)
	assert.Equal(t, 1, calls)
}

func TestAttemptIsTheNearestNumber(t *testing.T) {
	assert.Equal(t, 1, Attempt(t.Context()), "outside of any")
	outer, inner := methodOf(t, "simple attempts=2 delay=0s"), methodOf(t, "simple attempts=3 delay=0s")
	var got []int
	_ = outer.Do(t.Context(), func(ctx context.Context) error {
		return inner.Do(ctx, func(ctx context.Context) error {
			got = append(got, Attempt(ctx))
			return errFlaky
		})
	})
	assert.Equal(t, []int{1, 2, 3, 2}, got, "three of the inner one, and the one that the second of the outer one allows")
}

func TestDetach(t *testing.T) {
	ctx := t.Context()
	assert.Equal(t, ctx, Detach(ctx), "there is nothing to leave")
	type key struct{}
	retrying := &layer{Context: context.WithValue(ctx, key{}, "value"), attempt: 3, single: true}
	assert.Equal(t, 1, Attempt(Detach(retrying)))
	assert.Equal(t, "value", Detach(retrying).Value(key{}))
}

func TestWithoutRetry(t *testing.T) {
	var f failsAlways
	err := methodOf(t, "simple attempts=3 delay=0s").Do(WithoutRetry(t.Context()), f.call)
	assert.Equal(t, errFlaky, err, "the only attempt allowed: as it is")
	assert.Equal(t, failsAlways(1), f)
	assert.Equal(t, 3, Attempt(WithoutRetry(&layer{Context: t.Context(), attempt: 3})))
}

// WithRetriesOf takes back what lies between the two contexts, and nothing above them.
func TestWithRetriesOf(t *testing.T) {
	type key struct{}
	free := t.Context()
	retrying := &layer{Context: free, attempt: 2, single: true}
	attempts := func(ctx context.Context) int {
		var f failsAlways
		_ = methodOf(t, "simple attempts=3 delay=0s").Do(ctx, f.call)
		return int(f)
	}
	for _, tt := range []struct {
		name           string
		outer          context.Context
		attempt, calls int
	}{
		{"free", free, 1, 3},
		{"in a retry", retrying, 2, 1},
		{"without retry", WithoutRetry(free), 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := context.WithValue(WithoutRetry(tt.outer), key{}, "value")
			got := WithRetriesOf(ctx, tt.outer)
			assert.Equal(t, "value", got.Value(key{}))
			assert.Equal(t, tt.attempt, Attempt(got))
			assert.Equal(t, tt.calls, attempts(got))
			assert.Equal(t, tt.outer, WithRetriesOf(tt.outer, tt.outer), "there is nothing to take back")
		})
	}
}

func TestIdempotencyKey(t *testing.T) {
	keyed := func(s *MethodSpec) { s.IdempotencyKey = true }
	m := methodOf(t, "simple attempts=3 delay=0s", keyed)
	keysOf := func(ctx context.Context) []string {
		var keys []string
		_ = m.Do(ctx, func(ctx context.Context) error {
			keys = append(keys, IdempotencyKey(ctx))
			return errFlaky
		})
		return keys
	}
	assert.Empty(t, IdempotencyKey(t.Context()))
	first, second := keysOf(t.Context()), keysOf(t.Context())
	require.Len(t, first, 3)
	assert.GreaterOrEqual(t, len(first[0]), 26, "128 bits of base 32")
	assert.Equal(t, []string{first[0], first[0], first[0]}, first, "the same for all attempts")
	assert.NotEqual(t, first[0], second[0], "another one for another call")
	assert.Equal(t, []string{"mine", "mine", "mine"}, keysOf(WithIdempotencyKey(t.Context(), "mine")))

	var below []string
	_ = m.Do(t.Context(), func(ctx context.Context) error {
		below = append(below, IdempotencyKey(ctx))
		below = append(below, keysOf(ctx)...)
		return Permanent(errFlaky)
	})
	assert.Equal(t, []string{below[0], below[0], below[0], below[0]}, below, "a wrapper below keeps the key: to the server it is one request")
}

// For the server, all copies and all retries are one request.
func TestCopiesCarryOneKey(t *testing.T) {
	for _, lends := range []bool{false, true} {
		t.Run("lends "+strconv.FormatBool(lends), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := methodOf(t, "simple attempts=2 delay=0s; hedge after=10ms max=2; timeout attempt=30ms", func(s *MethodSpec) {
					s.IdempotencyKey, s.Lends = true, lends
				})
				keys := make(chan string, 6)
				_, err := Hedge(t.Context(), m, func(ctx context.Context) (int, error) {
					keys <- IdempotencyKey(ctx)
					<-ctx.Done()
					return 0, ctx.Err()
				})
				require.ErrorIs(t, err, ErrExhausted)
				require.Len(t, keys, 6, "two attempts of three")
				first := <-keys
				assert.NotEmpty(t, first)
				for range 5 {
					assert.Equal(t, first, <-keys)
				}
			})
		})
	}
}

// A retry does not start after a cancel, even if the hook Retry has cancelled.
func TestHookThatCancelsTheRetry(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := NewWrapper("Client", policy.Policy{Budget: policy.Budget{Burst: 1}}, &Options{Hooks: Hooks{
		Retry: func(context.Context, RetryEvent) { cancel() },
	}})
	m := w.Method("Get", MethodSpec{Policy: policy.Policy{Retry: policy.Retry{Attempts: 3}}, SharedBudget: true})
	var f failsAlways
	err := m.Do(ctx, f.call)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, errFlaky)
	assert.Equal(t, failsAlways(1), f)
	assert.Equal(t, int64(wholeToken), m.plan.Load().budget.tokens.Load(), "the token is back")
}
