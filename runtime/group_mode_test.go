package retry_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// In an incident, one call stops all breakers of a group from refusing. They go on counting,
// so the snapshot says when it is safe to put them back to work, which is one call, too.
func TestBreakersWatchOnlyInAnIncident(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		w := retry.NewWrapper("Client", parse(t, "breaker failures=1 cooldown=1m"), &retry.Options{Group: group})
		shared := w.Method("Get", retry.MethodSpec{SharedBreaker: true})
		own := w.Method("Put", retry.MethodSpec{Policy: parse(t, "breaker failures=2 cooldown=1m")})
		perKey := w.Method("Find", retry.MethodSpec{SharedBreaker: true, Keyed: true}).For("acme")
		methods := []*retry.Method{shared, own, perKey}
		down := func() {
			for _, m := range methods {
				for range 2 {
					_ = m.Do(t.Context(), fail(errDown))
				}
				require.ErrorIs(t, m.Do(t.Context(), succeed), breaker.ErrOpen)
			}
		}
		down()

		group.SetBreakerMode(breaker.WatchOnly)
		for _, m := range methods {
			require.NoError(t, m.Do(t.Context(), succeed), "although the breaker is open")
		}
		s := group.Snapshot()
		assert.Equal(t, breaker.WatchOnly, s.Breaker.Mode)
		assert.Equal(t, breaker.Open, s.Breaker.State, "it would refuse")
		assert.Equal(t, 1, s.Keys.Open)

		time.Sleep(time.Minute)
		for _, m := range methods {
			require.NoError(t, m.Do(t.Context(), succeed), "a probe")
		}
		s = group.Snapshot()
		assert.Equal(t, breaker.Closed, s.Breaker.State, "it is safe")
		assert.Zero(t, s.Keys.Keys)
		group.SetBreakerMode(breaker.On)
		down()
	})
}

// Breakers that are made later have the mode of the group.
func TestModeOfBreakersThatAreMadeLater(t *testing.T) {
	group := new(retry.Group)
	group.SetBreakerMode(breaker.WatchOnly)
	w := retry.NewWrapper("Client", parse(t, "breaker failures=1"), &retry.Options{Group: group})
	methods := []*retry.Method{
		w.Method("Get", retry.MethodSpec{SharedBreaker: true}),
		w.Method("Put", retry.MethodSpec{Policy: parse(t, "breaker failures=2")}),
		w.Method("Find", retry.MethodSpec{SharedBreaker: true, Keyed: true}).For("acme"),
	}
	refused := func() (n int) {
		for _, m := range methods {
			for range 2 {
				_ = m.Do(t.Context(), fail(errDown))
			}
			if m.Do(t.Context(), succeed) != nil {
				n++
			}
		}
		return n
	}
	assert.Zero(t, refused())
	require.NoError(t, group.SetPolicy("Client.Put", patch(t, "breaker failures=1")))
	assert.Zero(t, refused(), "the breaker of the new policy, too")
	group.SetBreakerMode(breaker.On)
	assert.Equal(t, len(methods), refused())
	assert.Panics(t, func() { group.SetBreakerMode(breaker.Off + 1) })
	assert.Equal(t, breaker.On, group.Breaker().Mode())
	new(retry.Group).SetBreakerMode(breaker.Off)
}

// A mode that was set for one breaker lasts until SetBreakerMode.
func TestSetPolicyKeepsTheModeOfABreaker(t *testing.T) {
	m := setup{own: policy.Policy{Breaker: policy.Breaker{Failures: 1}}}.method(succeed)
	m.group.MethodBreaker("Client.Get").SetMode(breaker.Off)
	require.NoError(t, m.group.SetPolicy("Client.Get", patch(t, "timeout total=1h")))
	assert.Equal(t, breaker.Off, m.group.MethodBreaker("Client.Get").Mode())
	m.group.SetBreakerMode(breaker.WatchOnly)
	assert.Equal(t, breaker.WatchOnly, m.group.MethodBreaker("Client.Get").Mode())
}
