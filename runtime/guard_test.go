package retry

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
)

// What is off, or says nothing, has no state.
func TestGuardsThatAreOff(t *testing.T) {
	assert.Nil(t, newBudget(label{}, policy.Budget{}))
	assert.Nil(t, newBudget(label{}, policy.Budget{Burst: 1, Off: true}))
	assert.NotNil(t, newBudget(label{}, policy.Budget{Burst: 1}))
	assert.Nil(t, newLimiter(label{}, policy.Limit{}))
	assert.Nil(t, newLimiter(label{}, policy.Limit{Concurrent: 1, Off: true}))
	assert.NotNil(t, newLimiter(label{}, policy.Limit{Concurrent: 1}))
	assert.Nil(t, newBreakers(origin{opts: &Options{}}, policy.Breaker{Off: true}))
	assert.NotNil(t, newBreakers(origin{opts: &Options{}}, policy.Breaker{}))
}

// An attempt may begin so long before it is due that a whole burst may begin at once.
func TestToleranceOfALimit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit policy.Limit
		want  time.Duration
	}{
		{"a rate", policy.Limit{Rate: policy.Rate{Events: 10, Per: time.Second}}, 900 * time.Millisecond},
		{"a burst", policy.Limit{Rate: policy.Rate{Events: 10, Per: time.Second}, Burst: 3}, 200 * time.Millisecond},
		{"one at a time", policy.Limit{Rate: policy.Rate{Events: 10, Per: time.Second}, Burst: 1}, 0},
		{"the shortest interval", policy.Limit{Rate: policy.Rate{Events: 1e9, Per: time.Second}, Burst: 3}, 2},
		{"no rate", policy.Limit{Concurrent: 5, Burst: 3}, 0},
		{"more than a duration holds", policy.Limit{Rate: policy.Rate{Events: 1, Per: 1 << 62}, Burst: 9}, 1 << 62},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, newLimiter(label{}, tt.limit).tolerance) })
	}
}

func TestPlus(t *testing.T) {
	const most, least = time.Duration(math.MaxInt64), time.Duration(math.MinInt64)
	for _, tt := range []struct{ a, b, want time.Duration }{
		{1, 2, 3},
		{1, -2, -1},
		{most, 0, most},
		{least, 0, least},
		{most, 1, most},
		{1, most, most},
		{most - 1, 1, most},
		{most, most, most},
		{least, -1, least},
		{least + 1, -1, least},
		{least, least, least},
		{most, least, -1},
		{least, most, -1},
		{most, -1, most - 1},
	} {
		assert.Equal(t, tt.want, plus(tt.a, tt.b), "%d + %d", tt.a, tt.b)
	}
}

// A method that is there already is found by what it can do, whatever its funcs are.
func TestSpecsThatDoTheSame(t *testing.T) {
	predicate := func(error) bool { return false }
	full := MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 2}}, On: predicate, Not: predicate,
		Classify:   func(error) Class { return ClassAnswer },
		Sort:       func(error) (Class, time.Duration) { return ClassAnswer, 0 },
		RetryAfter: func(error) time.Duration { return 0 },
	}
	assert.True(t, full.does(MethodSpec{}))
	assert.True(t, MethodSpec{}.does(full))
	assert.True(t, full.does(full))
	full.Once = "it reads"
	assert.False(t, full.does(MethodSpec{}))
	assert.NotNil(t, full.On, "the spec itself does not change")
}

// Override may use the group, and make the very method that it is asked about.
func TestOverrideThatMakesTheMethod(t *testing.T) {
	g := new(Group)
	spec := MethodSpec{Policy: policy.Policy{Retry: policy.Retry{Attempts: 2, Strategy: backoff.Simple{}}}}
	var inner *methodState
	outer, err := g.method("Client.Get", spec, &Options{Override: func(_ policy.Method, p policy.Policy) (policy.Policy, error) {
		var err error
		inner, err = g.method("Client.Get", spec, &Options{})
		require.NoError(t, err)
		return p, nil
	}})
	require.NoError(t, err)
	assert.NotNil(t, outer)
	assert.Same(t, inner, outer)
}

// A method keeps its guards while its policy switches them off or says nothing of them.
func TestGuardsOutliveTheirPolicy(t *testing.T) {
	s := &methodState{name: "Client.Get", group: new(Group), opts: &Options{}}
	full := policy.Policy{
		Retry:   policy.Retry{Attempts: 2, Strategy: backoff.Simple{}},
		Breaker: policy.Breaker{Failures: 3}, Budget: policy.Budget{Burst: 5}, Limit: policy.Limit{Concurrent: 7},
	}
	s.put(settled{policy: full})
	made := s.made
	require.NotNil(t, made.breaker)
	require.NotNil(t, made.budget)
	require.NotNil(t, made.limit)
	off := full
	off.Breaker.Off, off.Budget.Off, off.Limit.Off = true, true, true
	for _, between := range []policy.Policy{{}, off} {
		s.put(settled{policy: between})
		assert.Nil(t, s.made.breaker)
		assert.Nil(t, s.made.budget)
		assert.Nil(t, s.made.limit)
		s.put(settled{policy: full})
		assert.Same(t, made.breaker, s.made.breaker)
		assert.Same(t, made.budget, s.made.budget)
		assert.Same(t, made.limit, s.made.limit)
	}
}

// Funcs of a Group share what they declare alike. What one switches off is its own affair.
func TestFuncsOfAGroup(t *testing.T) {
	const off, on = "breaker off; budget off; limit off", "simple delay=0s; breaker failures=3; budget burst=5; limit concurrent=7"
	g := new(Group)
	first, err := NewFunc("A", off, &Options{Group: g})
	require.NoError(t, err)
	second, err := NewFunc("B", on, &Options{Group: g})
	require.NoError(t, err)
	third, err := NewFunc("C", on, &Options{Group: g})
	require.NoError(t, err)
	a, b, c := first.m.plan.Load(), second.m.plan.Load(), third.m.plan.Load()
	assert.Nil(t, a.breaker)
	assert.Nil(t, a.budget)
	assert.Nil(t, a.limit)
	assert.NotNil(t, b.breaker)
	assert.NotNil(t, b.budget)
	assert.NotNil(t, b.limit)
	assert.Same(t, b.breaker, c.breaker)
	assert.Same(t, b.budget, c.budget)
	assert.Same(t, b.limit, c.limit)
}

// A method that makes one attempt has no budget, so its successes fill none.
func TestOneAttemptHasNoBudget(t *testing.T) {
	g := new(Group)
	shared := policy.Policy{Budget: policy.Budget{Ratio: policy.Percent, Burst: 1}}
	require.NoError(t, g.declare("Client", shared, &Options{}))
	for attempts, want := range map[int]bool{0: false, 1: false, 2: true} {
		s, err := g.method("Client.Get", MethodSpec{
			Policy: policy.Policy{Retry: policy.Retry{Attempts: attempts, Strategy: backoff.Simple{}}}, SharedBudget: true,
		}, &Options{})
		require.NoError(t, err)
		assert.Equal(t, want, s.made.budget != nil, attempts)
	}
}
