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

// callers are the entries of the package.
var callers = map[string]func(context.Context, *retry.Method, answer) error{
	"Do": func(ctx context.Context, m *retry.Method, a answer) error { return m.Do(ctx, a) },
	"Call": func(ctx context.Context, m *retry.Method, a answer) error {
		_, err := retry.Call(ctx, m, func(ctx context.Context) (int, error) { return 0, a(ctx) })
		return err
	},
	"Hedge": func(ctx context.Context, m *retry.Method, a answer) error {
		_, err := retry.Hedge(ctx, m, func(ctx context.Context) (int, error) { return 0, a(ctx) })
		return err
	},
}

// hooksThat returns sets of hooks that call f. Each set makes the calls take another way.
func hooksThat(f func()) map[string]retry.Hooks {
	return map[string]retry.Hooks{
		"no hook":     {},
		"CallDone":    {CallDone: func(context.Context, retry.CallEvent) { f() }},
		"AttemptDone": {AttemptDone: func(context.Context, retry.AttemptEvent) { f() }},
		"the others": {
			Retry:         func(context.Context, retry.RetryEvent) { f() },
			GiveUp:        func(context.Context, retry.GiveUpEvent) { f() },
			HedgeStarted:  func(context.Context, retry.HedgeEvent) { f() },
			LimitRefused:  func(context.Context, retry.LimitEvent) { f() },
			BreakerChange: func(breaker.Change) { f() },
		},
	}
}

// While a group is switched off, a call is one call of the method with the caller's own
// context, whatever the policy says. No hook is called.
func TestCallsOfADisabledGroup(t *testing.T) {
	tests := []struct {
		name   string
		policy string
		spec   retry.MethodSpec
		reason string
	}{
		{"retried", "simple attempts=3 delay=1s; breaker failures=1", retry.MethodSpec{}, "the first attempt is made directly"},
		{"timed", "simple attempts=3 delay=1s; timeout attempt=1s", retry.MethodSpec{}, "the first attempt has a way of its own"},
		{"timed as a whole", "simple attempts=3 delay=1s; timeout attempt=1s total=5s", retry.MethodSpec{}, "there is no such way"},
		{"slow calls", "breaker slow=1ns slow-rate=1% min=1", retry.MethodSpec{}, "the breaker times its calls"},
		{"hedged", "hedge after=1ns max=3; breaker failures=1", retry.MethodSpec{}, "attempts would be on other goroutines"},
		{"limited", "limit rate=1/h burst=1", retry.MethodSpec{}, "the second call would be refused"},
		{"keyed", "simple attempts=3 delay=1s; breaker failures=1", retry.MethodSpec{Keyed: true}, "each key has its breaker"},
		{"lends", "simple attempts=3 delay=1s; timeout total=5s", retry.MethodSpec{Lends: true}, "the context would be a lease"},
		{"polls", "simple attempts=3 delay=1s", retry.MethodSpec{Polls: true, Lends: true}, "the same without a timeout"},
		{"idempotency key", "simple attempts=3 delay=1s", retry.MethodSpec{IdempotencyKey: true}, "the context would have the key"},
	}
	answers := []struct {
		name   string
		answer error // what the func of generated code returns
		want   error
	}{
		{"fails", errDown, errDown},
		{"is not ready", retry.NotYet(true, nil), nil},
		{"is not ready and fails", retry.NotYet(true, errDown), errDown},
		{"succeeds", nil, nil},
	}
	for _, tt := range tests {
		for caller, call := range callers {
			for hook, hooks := range hooksThat(func() { assert.Fail(t, "a hook is called") }) {
				t.Run(tt.name+", "+caller+", "+hook, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						group := new(retry.Group)
						tt.spec.Policy = parse(t, tt.policy)
						m := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group, Hooks: hooks}).Method("Get", tt.spec)
						group.SetEnabled(false)
						if tt.spec.Keyed {
							m = m.For("key")
						}
						began := time.Now()
						for _, a := range answers {
							n := 0
							err := call(t.Context(), m, func(ctx context.Context) error {
								n++
								assert.Same(t, t.Context(), ctx, tt.reason)
								return a.answer
							})
							assert.Equal(t, 1, n, a.name)
							assert.Equal(t, a.want, err, a.name)
						}
						assert.Zero(t, time.Since(began))
					})
				})
			}
		}
	}
}
