package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A policy that says nothing of a method's own budget and limit leaves them as they are: an
// operator who changes a timeout must not hand out a full bucket.
func TestSetPolicyKeepsOwnGuards(t *testing.T) {
	unrelated := func(t *testing.T, m *method) {
		require.NoError(t, m.group.SetPolicy("Client.Get", patch(t, "timeout total=1h")))
	}
	t.Run("budget", func(t *testing.T) {
		m := setup{own: policy.Policy{Retry: attempts(2, 0), Budget: policy.Budget{Burst: 3}}}.method(fail(errDown))
		require.ErrorIs(t, m.do(t.Context()), retry.ErrExhausted)
		unrelated(t, m)
		assert.Equal(t, 2, retriesLeft(t, m))
	})
	t.Run("rate", func(t *testing.T) {
		m := setup{own: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 2, Per: time.Hour}}}}.method(succeed)
		require.NoError(t, m.do(t.Context()))
		require.NoError(t, m.do(t.Context()))
		unrelated(t, m)
		assert.ErrorIs(t, m.do(t.Context()), retry.ErrLimited)
	})
	t.Run("places", func(t *testing.T) {
		m := setup{own: policy.Policy{Limit: policy.Limit{Concurrent: 1}}}.method(succeed)
		holding(t, m, func() {
			unrelated(t, m)
			assert.ErrorIs(t, m.Do(t.Context(), succeed), retry.ErrLimited)
		})
		assert.NoError(t, m.do(t.Context()))
	})
}

// holding runs f while a call of the method runs.
func holding(t *testing.T, m *method, f func()) {
	t.Helper()
	require.NoError(t, m.Do(t.Context(), func(context.Context) error { f(); return nil }))
}

// A limit that is switched off and on again knows who has a place, and when the last attempt
// began.
func TestLimitThatIsSwitchedOffAndOn(t *testing.T) {
	for name, shared := range map[string]bool{"own": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limit := policy.Policy{Limit: policy.Limit{Concurrent: 1, Rate: policy.Rate{Events: 3, Per: time.Hour}}}
				s := setup{own: limit}
				if shared {
					s = setup{shared: limit, spec: func(spec *retry.MethodSpec) { spec.SharedLimit = true }}
				}
				m := s.method(succeed)
				off := func() { require.NoError(t, m.group.SetPolicy("Client.Get", patch(t, "limit off"))) }
				on := func() { require.NoError(t, m.group.ResetPolicy("Client.Get")) }

				holding(t, m, func() {
					off()
					assert.NoError(t, m.Do(t.Context(), succeed), "nobody counts it")
					on()
					assert.ErrorIs(t, m.Do(t.Context(), succeed), retry.ErrLimited, "the place is taken")
					off()
				})
				on()
				assert.NoError(t, m.do(t.Context()), "the place is free")
				off()
				on()
				assert.NoError(t, m.do(t.Context()), "the third of three")
				assert.ErrorIs(t, m.do(t.Context()), retry.ErrLimited)
			})
		})
	}
}

// Retries that an override or SetPolicy adds to a method take their tokens from the budget
// that the wrapper shares.
func TestAddedRetriesAreUnderTheSharedBudget(t *testing.T) {
	const many = "simple attempts=9 delay=0s"
	override, err := retry.ParseOverrides("Client.Get: " + many)
	require.NoError(t, err)
	for name, add := range map[string]func(*testing.T, *retry.Options) *retry.Method{
		"override": func(_ *testing.T, opts *retry.Options) *retry.Method {
			opts.Override = override
			return sharing(opts)
		},
		"SetPolicy": func(t *testing.T, opts *retry.Options) *retry.Method {
			m := sharing(opts)
			require.NoError(t, opts.Group.SetPolicy("Client.Get", patch(t, many)))
			return m
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := add(t, &retry.Options{Group: new(retry.Group)})
			n := 0
			err := m.Do(t.Context(), func(context.Context) error { n++; return errDown })
			assert.ErrorIs(t, err, retry.ErrBudget)
			assert.Equal(t, 3, n, "the first attempt, and a token for each retry")
		})
	}
}

// sharing makes Client.Get without retries, in a wrapper that shares a budget.
func sharing(opts *retry.Options) *retry.Method {
	w := retry.NewWrapper("Client", policy.Policy{Budget: policy.Budget{Burst: 2}}, opts)
	return w.Method("Get", retry.MethodSpec{})
}

// Nothing bounds the copies of a method whose source declares no budget.
func TestHedgesWithoutABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHedged(setup{own: hedge(10*ms, 1)}, course{takes: 15 * ms})
		calls := 2 * policy.DefaultBudget().Burst
		for range calls {
			_, err := h.get(t.Context())
			require.NoError(t, err)
		}
		assert.Len(t, h.starts(), 2*calls)
	})
}
