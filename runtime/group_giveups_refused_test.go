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

// After a thousand refusals, a snapshot still says what opened the breaker.
func TestRefusalsDoNotCrowdOutTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		group.SetCounting(true)
		get := wrapper(group, "Client", policy.Policy{Breaker: policy.Breaker{Failures: 2}}, policy.Policy{Retry: attempts(1, 0)})
		fails := func(context.Context) error { return errDown }
		_, _ = get.Do(t.Context(), fails), get.Do(t.Context(), fails)
		for range 1000 {
			time.Sleep(time.Millisecond)
			assert.ErrorIs(t, get.Do(t.Context(), fails), breaker.ErrOpen)
		}
		var outcomes []retry.Outcome
		for _, g := range group.Snapshot().Methods[0].GiveUps {
			outcomes = append(outcomes, g.Outcome)
		}
		assert.Equal(t, []retry.Outcome{retry.OutcomeOpen, retry.OutcomeExhausted, retry.OutcomeExhausted}, outcomes)
		assert.WithinDuration(t, time.Now(), group.Snapshot().Methods[0].GiveUps[0].At, 0, "of the last one")
	})
}
