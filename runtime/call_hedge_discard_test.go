package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// Results of successes that come too late are closed, and no others.
func TestHedgeDiscards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHedged(setup{own: hedge(10*ms, 2), lends: true}, course{takes: 50 * ms, deaf: true}, course{takes: time.Hour}, course{takes: 5 * ms})
		got, err := h.get(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, 3, got)
		time.Sleep(time.Minute)
		assert.Equal(t, 0, h.stillRunning())
		assert.Equal(t, []int{1}, h.discarded)
	})
}

// When two answer at the same moment, one wins and the other is discarded.
func TestHedgeWithTwoAnswers(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			h := newHedged(setup{own: hedge(10*ms, 1), lends: true}, course{takes: 20 * ms, deaf: true}, course{takes: 10 * ms, deaf: true})
			got, err := h.get(t.Context())
			assert.NoError(t, err)
			assert.Zero(t, h.stillRunning())
			assert.Equal(t, []int{3 - got}, h.discarded)
		})
	}
}

// A copy that answers while a hook delays the winner is settled and discarded as well.
func TestHedgeWithAnAnswerThatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{
			own: hedge(10*ms, 1), lends: true,
			shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second, Probes: 2, Successes: 2}},
			options: retry.Options{Group: group, Hooks: retry.Hooks{
				AttemptDone: func(context.Context, retry.AttemptEvent) { time.Sleep(10 * ms) },
			}},
		}, course{takes: ms, err: errDown}, course{takes: 20 * ms, deaf: true}, course{takes: 15 * ms, deaf: true})
		_, err := h.get(t.Context())
		require.Error(t, err)
		time.Sleep(time.Second)
		got, err := h.get(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, 2, got)
		assert.Equal(t, []int{3}, h.discarded)
		assert.Equal(t, breaker.Closed, group.Breaker().State(), "both probes have succeeded")
	})
}
