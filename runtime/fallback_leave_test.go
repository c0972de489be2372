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

// A fallback that panics or exits does so in the caller. The call for which it stands in has
// ended before, and has given back its permit, its place and its token.
func TestFallbackThatLeaves(t *testing.T) {
	for how, value := range map[string]*boom{"panics": new(boom), "exits": nil} {
		t.Run(how, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				l := &leaver{value: value, armed: true}
				s := setup{general: e.general, own: policy.Policy{Retry: attempts(2, 0), Limit: policy.Limit{Concurrent: 1}}}
				s.shared = policy.Policy{Breaker: policy.Breaker{Failures: 9, Cooldown: time.Second}, Budget: policy.Budget{Burst: 2}}
				m := s.method(fail(errDown))
				l.leaves(t, func() {
					_ = fallBack(t.Context(), m, func(error) error { l.leaveHere(); return nil })
				})
				assert.Equal(t, 2, m.calls())
				assert.Equal(t, breaker.Snapshot{Name: "Client", Failures: 2, Pressure: 2.0 / 9}, m.snapshot(), "the fallback is not counted")
				assert.Equal(t, 1, retriesLeft(t, m), "one token for the one retry")
			})
		})
	}
}

// A fallback that is a method of the wrapper leaves like any other method, in a probe too:
// the half-open breaker is not wedged.
func TestFallbackThatLeavesAProbe(t *testing.T) {
	for how, value := range map[string]*boom{"panics": new(boom), "exits": nil} {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &leaver{value: value, armed: true}
				group := new(retry.Group)
				w := retry.NewWrapper("Client", parse(t, "breaker failures=1 cooldown=1s"), &retry.Options{Group: group})
				fallback := w.Method("Cached", retry.MethodSpec{SharedBreaker: true})
				m := setup{options: retry.Options{Group: group}}.method(fail(errDown))
				call := func() {
					_ = fallBack(t.Context(), m, func(error) error {
						return fallback.Do(t.Context(), func(context.Context) error { l.leaveHere(); return nil })
					})
				}
				l.leaves(t, call)
				assert.Equal(t, breaker.Open, group.Breaker().State(), "its only failure")
				time.Sleep(time.Second)
				l.leaves(t, call)
				assert.Equal(t, breaker.Open, group.Breaker().State(), "the probe has failed")
				assert.Zero(t, group.Breaker().Snapshot().Probes)
				time.Sleep(time.Minute)
				l.armed = false
				call()
				require.Equal(t, breaker.Closed, group.Breaker().State())
			})
		})
	}
}
