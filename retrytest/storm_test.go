package retrytest_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

// The budget keeps its promise at any share of failures.
func TestStorm(t *testing.T) {
	for _, share := range []float64{0, 0.1, 0.5, 1} {
		synctest.Test(t, func(t *testing.T) {
			group := new(retry.Group)
			f, err := retry.NewFunc("Client.Get", "simple attempts=4 delay=10ms; budget ratio=10% burst=5", &retry.Options{Group: group})
			require.NoError(t, err)
			retrytest.Storm(t, group, "Client.Get", 500, share, func() {
				_ = f.Do(t.Context(), func(context.Context) error { return nil })
			})
			m := group.Snapshot().Methods[0]
			assert.Empty(t, m.Chaos, "the chaos is taken back")
			assert.Equal(t, share > 0, m.Retries > 0)
		})
	}
}

// A storm fails where nothing limits the retries, and where the budget is no limit any more.
func TestStormFails(t *testing.T) {
	for _, tt := range []struct{ name, policy, want string }{
		{"off", "simple attempts=4; budget off", "Client.Get has no budget: nothing limits its retries in an outage"},
		{"raised meanwhile", "simple attempts=3 delay=10ms; budget ratio=10% burst=5",
			`expected at most 5.0 retries and copies of Client.Get: 5.0 tokens and 10% of 0 successes
got 20 in 10 calls
the worst was call 1:
      0s  attempt 1 fails
    10ms  attempt 2 fails
    20ms  attempt 3 fails
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group := new(retry.Group)
				f, err := retry.NewFunc("Client.Get", tt.policy, &retry.Options{Group: group})
				require.NoError(t, err)
				var failure failing
				first := true
				retrytest.Storm(&failure, group, "Client.Get", 10, 1, func() {
					if first {
						first = false
						require.NoError(t, group.SetPolicy("Client.Get", patch(t, "budget burst=1000")))
					}
					_ = f.Do(t.Context(), func(context.Context) error { return nil })
				})
				assert.Equal(t, tt.want, failure.text)
			})
		})
	}
	var failure failing
	retrytest.Storm(&failure, new(retry.Group), "Client.Get", 1, 1, func() {})
	assert.Equal(t, "the group has no method Client.Get", failure.text)
}

func patch(t *testing.T, text string) policy.Patch {
	t.Helper()
	p, err := policy.ParsePatch(text)
	require.NoError(t, err)
	return p
}
