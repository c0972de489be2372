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

// Hooks leave a hedged call that holds everything there is: the probes of a half-open
// breaker, and the places under the limit.
func TestLeavingAHedge(t *testing.T) {
	started := func(h *retry.Hooks, l *leaver) {
		h.HedgeStarted = func(context.Context, retry.HedgeEvent) { l.leaveHere() }
	}
	done := func(h *retry.Hooks, l *leaver) {
		h.AttemptDone = func(_ context.Context, e retry.AttemptEvent) {
			if e.Ruling != retry.RulingLost { // that may come on another goroutine, after the call
				l.leaveHere()
			}
		}
	}
	tests := []struct {
		name   string
		put    func(h *retry.Hooks, l *leaver)
		takes  time.Duration // the attempt; a copy has no end
		copies int
		state  breaker.State // afterwards
		reason string
	}{
		{"the hook HedgeStarted", started, time.Hour, 1, breaker.HalfOpen, "nothing is known of the probes"},
		{"the hook AttemptDone", done, 15 * ms, 1, breaker.Open, "a probe has failed before"},
		{"the hook AttemptDone without a copy", done, 5 * ms, 0, breaker.Open, "the probe has failed before"},
	}
	for _, tt := range tests {
		for how, value := range map[string]*boom{"panics": new(boom), "exits": nil} {
			t.Run(tt.name+" "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l, group, all := &leaver{value: value}, new(retry.Group), 1+tt.copies
					s := setup{own: hedge(10*ms, 1), options: retry.Options{Group: group}}
					s.own.Limit = policy.Limit{Concurrent: all}
					s.shared.Breaker = policy.Breaker{Failures: 1, Cooldown: time.Second, Probes: all}
					s.shared.Budget = policy.Budget{Burst: 1}
					tt.put(&s.options.Hooks, l)
					h := newHedged(s, course{err: errDown}, course{takes: tt.takes, err: errDown}, course{takes: time.Hour})
					_, err := h.get(t.Context())
					require.Equal(t, errDown, err, "opens the breaker")
					time.Sleep(time.Second)

					l.armed = true
					l.leaves(t, func() { _, _ = h.get(t.Context()) })
					l.armed = false
					assert.Zero(t, h.stillRunning(), "what runs is cancelled")
					assert.Len(t, h.starts(), 1+all)
					assert.Equal(t, tt.state, group.Breaker().State(), tt.reason)
					assert.Zero(t, group.Breaker().Snapshot().Probes, "the permits are back")

					group.Breaker().ForceClose()
					var wg sync.WaitGroup
					for range all {
						wg.Go(func() {
							assert.NoError(t, h.Do(t.Context(), func(context.Context) error { time.Sleep(ms); return nil }), "all places are free")
						})
					}
					wg.Wait()

					require.NoError(t, group.SetPolicy("Client.Get", patch(t, "limit off")))
					before := len(h.starts())
					ctx, cancel := context.WithTimeout(t.Context(), 20*ms)
					defer cancel()
					_, err = h.get(ctx)
					require.ErrorIs(t, err, retry.ErrDeadline)
					assert.Equal(t, 1-tt.copies, len(h.starts())-before-1, "a token is spent on a copy that was started, and on nothing else")
				})
			})
		}
	}
}
