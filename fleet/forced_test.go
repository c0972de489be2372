package fleet_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/fleet/fleettest"
	retry "github.com/retrygen/retrygen/runtime"
)

// A state that the document forces holds for the time of its section, below what the process
// forces by itself.
func TestControlForces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		publish(t, &e, "for 1m by a: b\nClient: force open\nfor 2m by a: b\nLate: force open\n")
		assert.ErrorIs(t, p.call.Do(t.Context(), succeed), breaker.ErrOpen)
		s := p.group.Breaker().Snapshot()
		assert.True(t, s.Forced && s.Remote)
		late := p.wrap("Late.Get", policyText, new(retry.Group))
		assert.ErrorIs(t, late.Do(t.Context(), succeed), breaker.ErrOpen)

		p.group.Breaker().ForceClose()
		assert.NoError(t, p.call.Do(t.Context(), succeed))
		p.group.Breaker().Reset()
		assert.ErrorIs(t, p.call.Do(t.Context(), succeed), breaker.ErrOpen, "the fleet has the word again")

		later(time.Minute - 1)
		assert.ErrorIs(t, p.call.Do(t.Context(), succeed), breaker.ErrOpen)
		later(1)
		assert.NoError(t, p.call.Do(t.Context(), succeed))
		assert.ErrorIs(t, late.Do(t.Context(), succeed), breaker.ErrOpen)
		p.stop()
		assert.NoError(t, late.Do(t.Context(), succeed))
	})
}

// A document that is refused, and a later one that says the same, leave a forced breaker alone:
// it does not even change for a moment.
func TestControlLeavesAloneWhatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		var changes []breaker.Change
		opts := retry.Options{Hooks: retry.Hooks{BreakerChange: func(c breaker.Change) { changes = append(changes, c) }}}
		p.fleet.Instrument(&opts)
		some, err := retry.NewFunc("Some.Get", policyText, &opts)
		require.NoError(t, err)
		defer runtime.KeepAlive(some)
		p.wrap("Zebra.Get", "exponential attempts=3 base=1s max=2s", new(retry.Group))

		const forced = "for 10m by a: b\nSome: force open\n"
		publish(t, &e, forced)
		require.Len(t, changes, 1)
		publish(t, &e, forced+"Client: attempts=7\n")
		publish(t, &e, "for 10m by a: b\nSome: force closed\nZebra.Get: base=5s\n")
		publish(t, &e, "for 10m by a: b\nSome force closed\n")
		e.Lose()
		later(time.Minute)
		assert.Len(t, changes, 1)
		assert.Equal(t, 7, p.attempts())
	})
}

// Breakers that the document forces open in all processes are no evidence for anybody.
func TestForcedIsNoHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 4)
		publish(t, &e, "for 1m by a: b\nClient: force open\n")
		assert.Equal(t, 4, open(all))
		for _, p := range all {
			assert.True(t, p.group.Breaker().Snapshot().Forced)
		}
		later(time.Minute)
		assert.Zero(t, open(all))
		later(10 * time.Second)
		assert.Empty(t, all[0].said("opened"))
		_ = all[0].call.Do(t.Context(), func(context.Context) error { return nil })
	})
}
