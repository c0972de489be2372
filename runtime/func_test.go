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

func newFunc(t *testing.T, text string, opts *retry.Options) *retry.Func {
	t.Helper()
	f, err := retry.NewFunc("Maps.Geocode", text, opts)
	require.NoError(t, err)
	return f
}

// Each concern of the text acts as it does on a method.
func TestFunc(t *testing.T) {
	tests := []struct {
		name, text string
		answers    []answer
		calls      int           // of two Dos
		took       time.Duration // by both
		want       error         // of the second
	}{
		{"nothing", "", []answer{fail(errDown)}, 2, 0, errDown},
		{"none", "none", []answer{fail(errDown)}, 2, 0, errDown},
		{"retries", "simple attempts=3 delay=1s", []answer{fail(errDown), fail(errDown), succeed}, 4, 2 * time.Second, nil},
		{"a timeout", "timeout attempt=1s", []answer{succeed, hang}, 2, time.Second, context.DeadlineExceeded},
		{"a breaker", "breaker failures=1", []answer{fail(errDown)}, 1, 0, breaker.ErrOpen},
		{"a budget", "simple attempts=3 delay=0s; budget burst=2", []answer{fail(errDown)}, 4, 0, retry.ErrBudget},
		{"a limit", "limit rate=1/h burst=1", []answer{succeed}, 1, 0, retry.ErrLimited},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFunc(t, tt.text, nil)
				began, calls := time.Now(), 0
				next := func(ctx context.Context) error {
					does := tt.answers[min(calls, len(tt.answers)-1)]
					calls++
					return does(ctx)
				}
				_ = f.Do(t.Context(), next)
				err := f.Do(t.Context(), next)
				if tt.want == nil {
					assert.NoError(t, err)
				} else {
					assert.ErrorIs(t, err, tt.want)
				}
				assert.Equal(t, tt.calls, calls)
				assert.Equal(t, tt.took, time.Since(began))
			})
		})
	}
}

// A policy that says no budget has the default one, as in generated code.
func TestFuncHasABudget(t *testing.T) {
	for text, want := range map[string]policy.Budget{
		"simple attempts=2":             policy.DefaultBudget(),
		"hedge after=1s":                policy.DefaultBudget(),
		"simple attempts=2; budget off": {Off: true},
		"breaker":                       {},
	} {
		group := new(retry.Group)
		newFunc(t, text, &retry.Options{Group: group})
		assert.Equal(t, want, group.Snapshot().Methods[0].Policy.Budget, text)
	}
}

func TestFuncThatIsHedged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		f := newFunc(t, "hedge after=10ms", &retry.Options{Group: group})
		calls := make(chan int, 9)
		first := func(ctx context.Context) (int, error) {
			calls <- 1
			n := len(calls)
			if n == 1 {
				return 0, hang(ctx)
			}
			return n, nil
		}
		began := time.Now()
		got, err := retry.DoValue(t.Context(), f, first)
		assert.NoError(t, err)
		assert.Equal(t, 2, got, "the copy's")
		assert.Equal(t, 10*ms, time.Since(began))

		require.NoError(t, group.SetPolicy("Maps.Geocode", patch(t, "hedge off")))
		_, err = retry.DoValue(t.Context(), f, first)
		assert.NoError(t, err)
		assert.Len(t, calls, 3, "no copy")
	})
}

// A Func can be given a hedge later: it needs no other code.
func TestFuncIsGivenAHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		f := newFunc(t, "", &retry.Options{Group: group})
		require.NoError(t, group.SetPolicy("Maps.Geocode", patch(t, "hedge after=10ms; budget off")))
		calls := make(chan int, 2)
		assert.NoError(t, f.Do(t.Context(), func(ctx context.Context) error {
			calls <- 1
			if len(calls) == 1 {
				return hang(ctx)
			}
			return nil
		}))
	})
}

func TestFuncThatCannotBe(t *testing.T) {
	group := new(retry.Group)
	newFunc(t, "breaker failures=3", &retry.Options{Group: group})
	tests := []struct {
		name, as, text string
		opts           *retry.Options
		want           string
	}{
		{"no name", "", "simple", nil, "retry: a Func without a name"},
		{"syntax", "Maps.Geocode", "simple atempts=2", nil, `retry: Maps.Geocode: column 8: unknown key "atempts"; hint: did you mean "attempts"?`},
		{"all of it", "Maps.Geocode", "simpel; timeout total=x", nil, "retry: Maps.Geocode: column 1: unknown verb \"simpel\"; hint: did you mean \"simple\"?\n" +
			`retry: Maps.Geocode: column 17: bad duration "x" for key "total"`},
		{"endless", "Maps.Geocode", "simple attempts=unlimited", nil, `retry: Maps.Geocode: policy: attempts=unlimited needs "budget off"`},
		{"never", "Maps.Geocode", "simple attempts=3 delay=1s; timeout total=1s", nil, "retry: Maps.Geocode: policy: attempt 2 can never start: the delays before it take at least 1s, and the total timeout is 1s"},
		{"conflict", "Places", "breaker failures=4", &retry.Options{Group: group}, `retry: one Group cannot hold both "breaker failures=3 cooldown=30s probes=1 successes=1" of Maps.Geocode and "breaker failures=4 cooldown=30s probes=1 successes=1" of Places: declare the same for both, best by one preset`},
		{"override", "Maps.Geocode", "", &retry.Options{Override: func(policy.Method, policy.Policy) (policy.Policy, error) {
			return policy.Policy{Retry: policy.Retry{Attempts: policy.Unlimited}}, nil
		}}, `retry: Maps.Geocode: policy: attempts=unlimited needs "budget off"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := retry.NewFunc(tt.as, tt.text, tt.opts)
			assert.Nil(t, f)
			require.Error(t, err)
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}

// The Funcs of a Group share what they declare alike; what one of them switches off is
// nothing to the others.
func TestFuncsShare(t *testing.T) {
	group := new(retry.Group)
	first := newFunc(t, "breaker failures=1", &retry.Options{Group: group})
	second, err := retry.NewFunc("Maps.Route", "breaker failures=1; simple attempts=2 delay=0s; budget off", &retry.Options{Group: group})
	require.NoError(t, err)
	third, err := retry.NewFunc("Maps.Tile", "breaker off; simple attempts=2 delay=0s", &retry.Options{Group: group})
	require.NoError(t, err)

	assert.Error(t, first.Do(t.Context(), fail(errDown)))
	assert.ErrorIs(t, second.Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, third.Do(t.Context(), succeed))
	assert.Equal(t, "Maps.Geocode", group.Breaker().Snapshot().Name)
}

// The limit is one for the Funcs that declare the same.
func TestFuncsShareALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		first := newFunc(t, "limit rate=1/h burst=1", &retry.Options{Group: group})
		second, err := retry.NewFunc("Maps.Route", "limit rate=1/h burst=1", &retry.Options{Group: group})
		require.NoError(t, err)
		assert.NoError(t, first.Do(t.Context(), succeed))
		assert.ErrorIs(t, second.Do(t.Context(), succeed), retry.ErrLimited)
	})
}

// A Func that never retries declares no budget, and contradicts none.
func TestFuncOfOneAttemptHasNoBudget(t *testing.T) {
	group := new(retry.Group)
	newFunc(t, "simple attempts=2; budget ratio=1% burst=7", &retry.Options{Group: group})
	for _, text := range []string{"", "simple attempts=1", "timeout attempt=1s"} {
		_, err := retry.NewFunc("Maps.Route", text, &retry.Options{Group: group})
		assert.NoError(t, err, text)
	}
}

// An override names a Func like a method.
func TestFuncIsOverridden(t *testing.T) {
	override, err := retry.ParseOverrides("Maps.Geocode: simple attempts=2 delay=0s")
	require.NoError(t, err)
	f := newFunc(t, "simple attempts=5 delay=0s", &retry.Options{Override: override})
	calls := 0
	assert.ErrorIs(t, f.Do(t.Context(), func(context.Context) error { calls++; return errDown }), retry.ErrExhausted)
	assert.Equal(t, 2, calls)
}
