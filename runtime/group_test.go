package retry_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// wrapper makes the method Get of a wrapper for the named interface.
func wrapper(group *retry.Group, name string, shared, own policy.Policy) *retry.Method {
	return retry.NewWrapper(name, shared, &retry.Options{Group: group}).Method("Get", retry.MethodSpec{
		Policy:        own,
		SharedBreaker: shared.Breaker != (policy.Breaker{}),
		SharedBudget:  shared.Budget != (policy.Budget{}),
	})
}

func TestGroupShares(t *testing.T) {
	group := new(retry.Group)
	assert.Nil(t, group.Breaker(), "nobody has declared one")
	shared := policy.Policy{
		Breaker: policy.Breaker{Failures: 3, Cooldown: time.Minute},
		Budget:  policy.Budget{Burst: 1},
	}
	twice := policy.Policy{Retry: attempts(2, 0)}
	users := wrapper(group, "Users", shared, twice)
	orders := wrapper(group, "Orders", shared, twice)

	assert.ErrorIs(t, users.Do(t.Context(), fail(errDown)), retry.ErrExhausted)
	assert.Equal(t, breaker.Snapshot{Name: "Users", Failures: 2, Pressure: 2.0 / 3}, group.Breaker().Snapshot(), "by the name of the first")
	assert.ErrorIs(t, orders.Do(t.Context(), fail(errDown)), breaker.ErrOpen, "the third failure")
	assert.ErrorIs(t, users.Do(t.Context(), succeed), breaker.ErrOpen)

	group.Breaker().Reset()
	assert.ErrorIs(t, orders.Do(t.Context(), fail(errDown)), retry.ErrBudget, "the other one has taken the token")
}

func TestWithoutAGroupNothingIsShared(t *testing.T) {
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 1}}
	first, second := wrapper(nil, "Client", shared, policy.Policy{}), wrapper(nil, "Client", shared, policy.Policy{})
	assert.Error(t, first.Do(t.Context(), fail(errDown)))
	assert.ErrorIs(t, first.Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, second.Do(t.Context(), succeed))
}

// A program may make a wrapper for each request, with one group for all of them. The
// breakers and budgets of single methods then outlive the request, too.
func TestWrappersOfRequestsShareTheirMethods(t *testing.T) {
	group := new(retry.Group)
	own := policy.Policy{Retry: attempts(2, 0), Breaker: policy.Breaker{Failures: 3}, Budget: policy.Budget{Burst: 1}}
	request := func(method string) *retry.Method {
		w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group})
		return w.Method(method, retry.MethodSpec{Policy: own})
	}
	assert.ErrorIs(t, request("Get").Do(t.Context(), fail(errDown)), retry.ErrExhausted)
	assert.ErrorIs(t, request("Get").Do(t.Context(), fail(errDown)), breaker.ErrOpen, "the third failure")
	assert.ErrorIs(t, request("Get").Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, request("Put").Do(t.Context(), succeed), "another method has its own")
	assert.Nil(t, group.Breaker(), "which is not the shared one")
}

// Two interfaces may have methods with the same name.
func TestMethodsOfTwoInterfacesAreNotOne(t *testing.T) {
	group := new(retry.Group)
	users := wrapper(group, "Users", policy.Policy{}, policy.Policy{Breaker: policy.Breaker{Failures: 1}})
	orders := wrapper(group, "Orders", policy.Policy{}, policy.Policy{Breaker: policy.Breaker{Failures: 1}})
	assert.Error(t, users.Do(t.Context(), fail(errDown)))
	assert.ErrorIs(t, users.Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, orders.Do(t.Context(), succeed))
	assert.NotPanics(t, func() {
		wrapper(group, "Items", policy.Policy{}, policy.Policy{Breaker: policy.Breaker{Failures: 2}})
	}, "nor does it conflict with theirs")
}

// A method's own breaker or budget replaces the one that its wrapper shares.
func TestOwnGuardsReplaceTheShared(t *testing.T) {
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 1}, Budget: policy.Budget{Burst: 1}}
	tests := []struct {
		name     string
		own      policy.Policy
		open     bool // the shared breaker, after a failure of the method
		attempts int  // of three, until the tokens or the breaker stop it
		reason   string
	}{
		{"none", policy.Policy{}, true, 1, "the shared breaker opens"},
		{"breaker", policy.Policy{Breaker: policy.Breaker{Failures: 9}}, false, 2, "the shared budget has one token"},
		{"breaker off", policy.Policy{Breaker: policy.Breaker{Off: true}}, false, 2, "the same"},
		{"both", policy.Policy{Breaker: policy.Breaker{Failures: 9}, Budget: policy.Budget{Burst: 9}}, false, 3, "neither stops it"},
		{"both off", policy.Policy{Breaker: policy.Breaker{Off: true}, Budget: policy.Budget{Off: true}}, false, 3, "neither stops it"},
		{"budget", policy.Policy{Budget: policy.Budget{Burst: 9}}, true, 1, "the shared breaker opens"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			group := new(retry.Group)
			tt.own.Retry = attempts(3, 0)
			m := wrapper(group, "Client", shared, tt.own)
			calls := 0
			_ = m.Do(t.Context(), func(context.Context) error { calls++; return errDown })
			assert.Equal(t, tt.attempts, calls, tt.reason)
			assert.Equal(t, tt.open, group.Breaker().State() == breaker.Open, tt.reason)
		})
	}
}

func TestBreakerOffIsNone(t *testing.T) {
	group := new(retry.Group)
	off := policy.Policy{Breaker: policy.Breaker{Failures: 1, Off: true}}
	shared, own := wrapper(group, "Client", off, policy.Policy{}), wrapper(new(retry.Group), "Client", policy.Policy{}, off)
	assert.Nil(t, group.Breaker())
	for range 100 {
		assert.Same(t, errDown, shared.Do(t.Context(), fail(errDown)))
		assert.Same(t, errDown, own.Do(t.Context(), fail(errDown)))
	}
}

func TestConflictsPanicWithBothTexts(t *testing.T) {
	tests := []struct {
		name         string
		first, other policy.Policy
		want         string // "" for no conflict
		reason       string
	}{
		{
			"breakers", policy.Policy{Breaker: policy.Breaker{Failures: 3}}, policy.Policy{Breaker: policy.Breaker{Failures: 5}},
			`retry: one Group cannot hold both "breaker failures=3 cooldown=30s probes=1 successes=1" of Users ` +
				`and "breaker failures=5 cooldown=30s probes=1 successes=1" of Orders: declare the same for both, best by one preset`,
			"one of the two would be ignored",
		},
		{
			"budgets", policy.Policy{Budget: policy.DefaultBudget()}, policy.Policy{Budget: policy.Budget{Burst: 7}},
			`retry: one Group cannot hold both "budget ratio=10% burst=10" of Users and "budget ratio=0% burst=7" of Orders: declare the same for both, best by one preset`,
			"one of the two would be ignored",
		},
		{
			"limits", policy.Policy{Limit: policy.Limit{Concurrent: 1}}, policy.Policy{Limit: policy.Limit{Concurrent: 2, Wait: time.Second}},
			`retry: one Group cannot hold both "limit concurrent=1" of Users and "limit concurrent=2 wait=1s" of Orders: declare the same for both, best by one preset`,
			"one of the two would be ignored",
		},
		{
			"equal limits", policy.Policy{Limit: policy.Limit{Concurrent: 1}}, policy.Policy{Limit: policy.Limit{Concurrent: 1}},
			"", "the same limit twice",
		},
		{
			"off and on", policy.Policy{Breaker: policy.Breaker{Off: true}}, policy.Policy{Breaker: policy.Breaker{Failures: 5}},
			`retry: one Group cannot hold both "breaker off" of Users and "breaker failures=5 cooldown=30s probes=1 successes=1" of Orders: declare the same for both, best by one preset`,
			"off is said as well",
		},
		{
			"equal", policy.Policy{Breaker: policy.Breaker{Failures: 3}}, policy.Policy{Breaker: policy.Breaker{Failures: 3}},
			"", "the same breaker twice",
		},
		{
			"one only", policy.Policy{Breaker: policy.Breaker{Failures: 3}}, policy.Policy{Budget: policy.DefaultBudget()},
			"", "each says another concern",
		},
		{
			"first only", policy.Policy{Budget: policy.DefaultBudget()}, policy.Policy{},
			"", "the second has said nothing",
		},
		{
			"second only", policy.Policy{}, policy.Policy{Breaker: policy.Breaker{Failures: 3}},
			"", "the first has said nothing",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			group := new(retry.Group)
			opts := &retry.Options{Group: group}
			retry.NewWrapper("Users", tt.first, opts)
			second := func() { retry.NewWrapper("Orders", tt.other, opts) }
			if tt.want == "" {
				assert.NotPanics(t, second, tt.reason)
				return
			}
			assert.PanicsWithValue(t, tt.want, second, tt.reason)
			assert.NotPanics(t, func() { group.Breaker() }, "no lock is left behind")
		})
	}
}

// A constructor that panics declares nothing. A breaker that guards nobody would stop the
// next wrapper from declaring one.
func TestConflictLeavesTheGroupAsItWas(t *testing.T) {
	opts := &retry.Options{Group: new(retry.Group)}
	retry.NewWrapper("Users", policy.Policy{Budget: policy.DefaultBudget()}, opts)
	assert.Panics(t, func() {
		retry.NewWrapper("Orders", policy.Policy{Breaker: policy.Breaker{Failures: 3}, Budget: policy.Budget{Burst: 7}}, opts)
	})
	assert.NotPanics(t, func() { retry.NewWrapper("Items", policy.Policy{Breaker: policy.Breaker{Failures: 5}}, opts) })
}

// Two packages may have interfaces with the same name. Their methods differ.
func TestMethodsOfOneNameThatDeclareDifferentPolicies(t *testing.T) {
	group := new(retry.Group)
	first := wrapper(group, "Client", policy.Policy{}, policy.Policy{Breaker: policy.Breaker{Failures: 1}})
	second := wrapper(group, "Client", policy.Policy{}, policy.Policy{Breaker: policy.Breaker{Failures: 2}})
	assert.Error(t, first.Do(t.Context(), fail(errDown)))
	assert.ErrorIs(t, first.Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, second.Do(t.Context(), succeed))
	assert.Len(t, group.Snapshot().Methods, 2)
}

// Methods with the same policy differ if one can do what the other cannot, such as repeat
// its calls.
func TestMethodsOfOneNameThatCanDoDifferentThings(t *testing.T) {
	p := policy.Policy{Timeout: policy.Timeout{Total: time.Minute}}
	for name, other := range map[string]retry.MethodSpec{
		"once":            {Policy: p, Once: "body"},
		"no context":      {Policy: p, NoContext: true},
		"lends":           {Policy: p, Lends: true},
		"polls":           {Policy: p, Polls: true},
		"idempotency key": {Policy: p, IdempotencyKey: true},
		"keyed":           {Policy: p, Keyed: true},
		"shared limit":    {Policy: p, SharedLimit: true},
	} {
		t.Run(name, func(t *testing.T) {
			group := new(retry.Group)
			for _, spec := range []retry.MethodSpec{{Policy: p}, other, {Policy: p}, other} {
				retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group}).Method("Get", spec)
			}
			assert.Len(t, group.Snapshot().Methods, 2)
		})
	}
}

func TestGroupsAreMadeConcurrently(t *testing.T) {
	group := new(retry.Group)
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 1}, Budget: policy.DefaultBudget()}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			m := wrapper(group, "Client", shared, policy.Policy{Budget: policy.Budget{Burst: 1}})
			assert.NoError(t, m.Do(t.Context(), succeed))
			assert.NotNil(t, group.Breaker())
		})
	}
	wg.Wait()
	require.Equal(t, breaker.Snapshot{Name: "Client"}, group.Breaker().Snapshot())
}

// The wrapper that declares a shared breaker first gets its events.
func TestFirstWrapperIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		told := make(map[string]int)
		declare := func(name string) *retry.Method {
			w := retry.NewWrapper(name, policy.Policy{Breaker: policy.Breaker{Failures: 1}}, &retry.Options{
				Group: group,
				Hooks: retry.Hooks{BreakerChange: func(breaker.Change) { told[name]++ }},
			})
			return w.Method("Get", retry.MethodSpec{SharedBreaker: true})
		}
		declare("Users")
		assert.Error(t, declare("Orders").Do(t.Context(), fail(errDown)))
		assert.Equal(t, map[string]int{"Users": 1}, told)
	})
}
