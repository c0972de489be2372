package retry

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
)

// leavings are the two ways to leave a call without returning.
var leavings = map[string]func(){
	"panic":  func() { panic("boom") },
	"Goexit": runtime.Goexit,
}

// away runs f on a goroutine of its own, and returns what it panicked with.
func away(f func()) (recovered any, returned bool) {
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() { recovered = recover() }()
		f()
		returned = true
	})
	wg.Wait()
	return recovered, returned
}

// Whoever leaves, and from where: it passes through untouched, and the permit and
// the token come back. A half-open breaker, which has one probe to give, shows it.
func TestLeaving(t *testing.T) {
	for how, leave := range leavings {
		places := []struct {
			name   string
			text   string
			change func(*MethodSpec, *Options)
			f      func(context.Context) error
			state  breaker.State // after it
		}{
			{
				name: "the method, on the short way", text: "simple attempts=2 delay=0s",
				f:     func(context.Context) error { leave(); return nil },
				state: breaker.Open,
			},
			{
				name: "the method, on the long way", text: "simple attempts=2 delay=0s; timeout attempt=1h total=2h",
				f:     func(context.Context) error { leave(); return nil },
				state: breaker.Open,
			},
			{
				name: "on", text: "simple attempts=2 delay=0s",
				change: on(func(error) bool { leave(); return true }),
				state:  breaker.HalfOpen,
			},
			{
				name: "not", text: "simple attempts=2 delay=0s",
				change: not(func(error) bool { leave(); return true }),
				state:  breaker.HalfOpen,
			},
			{
				name: "the hook AttemptDone", text: "simple attempts=2 delay=0s",
				change: func(_ *MethodSpec, o *Options) {
					o.Hooks.AttemptDone = func(context.Context, AttemptEvent) { leave() }
				},
				state: breaker.Open,
			},
			{
				name: "the hook GiveUp", text: "simple attempts=1",
				change: func(_ *MethodSpec, o *Options) { o.Hooks.GiveUp = func(context.Context, GiveUpEvent) { leave() } },
				state:  breaker.Open,
			},
			{
				name: "the hook CallDone", text: "simple attempts=1",
				change: func(_ *MethodSpec, o *Options) { o.Hooks.CallDone = func(context.Context, CallEvent) { leave() } },
				state:  breaker.Open,
			},
		}
		for _, tt := range places {
			t.Run(how+" in "+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					if tt.change == nil {
						tt.change = func(*MethodSpec, *Options) {}
					}
					if tt.f == nil {
						tt.f = func(context.Context) error { return errFlaky }
					}
					m := method(t, tt.text+"; breaker failures=1 cooldown=1s; budget burst=1", tt.change)
					b := m.guards.breaker
					permit, _ := b.Allow()
					permit.Done(breaker.Failure)
					time.Sleep(time.Second)

					recovered, returned := away(func() { _ = m.Do(t.Context(), tt.f) })
					assert.False(t, returned)
					if how == "panic" {
						assert.Equal(t, "boom", recovered)
					} else {
						assert.Nil(t, recovered)
					}
					assert.Equal(t, tt.state, b.State())
					assert.Zero(t, b.Snapshot().Probes, "the permit is back")
					assert.Equal(t, int64(wholeToken), m.guards.budget.tokens.Load(), "the token is back")
				})
			})
		}
	}
}

// The hook Retry runs when the token is taken and the permit is given.
func TestLeavingFromTheHookRetry(t *testing.T) {
	for how, leave := range leavings {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := method(t, "simple attempts=3 delay=1s; breaker failures=1 cooldown=1s; budget burst=1",
					func(_ *MethodSpec, o *Options) { o.Hooks.Retry = func(context.Context, RetryEvent) { leave() } })
				_, returned := away(func() { _ = m.Do(t.Context(), returns(errFlaky).call) })
				assert.False(t, returned)
				assert.Equal(t, breaker.HalfOpen, m.guards.breaker.State())
				assert.Zero(t, m.guards.breaker.Snapshot().Probes)
				assert.Equal(t, int64(wholeToken), m.guards.budget.tokens.Load())
			})
		})
	}
}

// The listener of the breaker runs in the middle of settling a permit.
func TestLeavingFromTheListener(t *testing.T) {
	for how, leave := range leavings {
		t.Run(how, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := method(t, "simple attempts=1; breaker failures=1 cooldown=1s",
					func(_ *MethodSpec, o *Options) { o.Hooks.BreakerChange = func(breaker.Change) { leave() } })
				for _, want := range []breaker.State{breaker.Open, breaker.HalfOpen} {
					_, returned := away(func() { _ = m.Do(t.Context(), returns(errFlaky).call) })
					assert.False(t, returned)
					assert.Equal(t, want, m.guards.breaker.State())
					assert.Zero(t, m.guards.breaker.Snapshot().Probes)
					time.Sleep(time.Second)
				}
			})
		})
	}
}

// What a call has begun ends with it, in whatever way it ends.
func TestNothingIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails when a goroutine stays
		m := method(t, "simple attempts=2 delay=1ms; timeout attempt=1h total=2h")
		var contexts []context.Context
		for _, leave := range leavings {
			_, _ = away(func() {
				_ = m.Do(t.Context(), func(ctx context.Context) error {
					contexts = append(contexts, ctx)
					if len(contexts)%2 == 0 {
						leave()
					}
					return errFlaky
				})
			})
		}
		require.Len(t, contexts, 4)
		for _, ctx := range contexts {
			assert.Error(t, ctx.Err())
		}
	})
}
