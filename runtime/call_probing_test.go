package retry_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// While the only probe of a half-open breaker is under way, other calls are refused and do
// not reach the dependency.
func TestCallBesideAProbe(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		m := setup{
			general: e.general,
			shared:  policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}},
		}.method(fail(errDown), func(context.Context) error { time.Sleep(time.Minute); return nil }, succeed)
		require.Equal(t, errDown, e.call(t, m, t.Context()))
		time.Sleep(time.Second)
		var probe sync.WaitGroup
		probe.Go(func() { assert.NoError(t, m.do(t.Context())) })
		synctest.Wait()
		assert.ErrorIs(t, e.call(t, m, t.Context()), breaker.ErrOpen)
		assert.Equal(t, 2, m.calls())
		probe.Wait()
		assert.NoError(t, e.call(t, m, t.Context()))
	})
}

// A method with an attempt timeout that leaves by panic or runtime.Goexit has failed.
func TestLeavingATimedAttemptIsAFailure(t *testing.T) {
	for name, leave := range map[string]func(){"panics": func() { panic("boom") }, "exits": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				m := setup{
					general: e.general,
					own:     policy.Policy{Timeout: policy.Timeout{Attempt: time.Second}},
					shared:  policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Minute}},
				}.method(func(context.Context) error { leave(); return nil })
				var call sync.WaitGroup
				call.Add(1)
				go func() {
					defer call.Done()
					defer func() { _ = recover() }()
					_ = e.call(t, m, t.Context())
				}()
				call.Wait()
				assert.Equal(t, breaker.Open, m.snapshot().State)
			})
		})
	}
}
