package retry_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// GODEBUG=asynctimerchan=1 brings back the timers of Go 1.22: a timer that has fired leaves
// its time in the channel until somebody takes it. The back-off after a hedge must not
// take it for the end of its own wait. It runs in real time, because testing/synctest
// refuses such timers.
func TestBackOffAfterAHedgeWithOldTimers(t *testing.T) {
	t.Setenv("GODEBUG", "asynctimerchan=1")
	const delay = 50 * ms
	var returned, began time.Time
	s := setup{own: policy.Policy{Retry: attempts(2, delay), Hedge: policy.Hedge{After: 5 * ms, Max: 1}, Budget: policy.Budget{Off: true}}}
	s.options.Hooks.AttemptDone = func(_ context.Context, e retry.AttemptEvent) {
		if e.Attempt == 1 {
			time.Sleep(15 * ms) // the time for the copy comes meanwhile
			returned = time.Now()
		}
	}
	_, err := retry.Hedge(t.Context(), s.method().Method, func(ctx context.Context) (int, error) {
		if retry.Attempt(ctx) == 1 {
			return 0, errDown
		}
		began = time.Now()
		return 0, nil
	})
	assert.NoError(t, err)
	assert.GreaterOrEqual(t, began.Sub(returned), delay)
}
