package fleet_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	retry "github.com/retrygen/retrygen/runtime"
)

// running returns a call of a process that is in a fleet, in real time.
func running(t testing.TB) (*fleet.Fleet, *retry.Func, *retry.Group) {
	conn := new(fleettest.Engine).Connect()
	f, err := fleet.New(fleet.Config{Store: conn, Bus: conn})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	opts := retry.Options{Group: new(retry.Group)}
	f.Instrument(&opts)
	call, err := retry.NewFunc("Client.Get", policyText, &opts)
	require.NoError(t, err)
	return f, call, opts.Group
}

func succeed(context.Context) error { return nil }

// Nothing of a Fleet is on the way of a call: it allocates what it does without one, which is the
// closure of a Func. A refusal allocates nothing.
func TestCallsInAFleetAllocateNothing(t *testing.T) {
	_, call, group := running(t)
	ctx := t.Context()
	alone, err := retry.NewFunc("Client.Get", policyText, nil)
	require.NoError(t, err)
	allocs := func(f *retry.Func) float64 { return testing.AllocsPerRun(1000, func() { _ = f.Do(ctx, succeed) }) }
	assert.Equal(t, allocs(alone), allocs(call))
	group.Breaker().ForceOpen()
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		if _, err := group.Breaker().Allow(); err == nil {
			panic("allowed")
		}
	}))
}

// A change of state takes no memory for a breaker that has changed before.
func TestHookAllocatesNothing(t *testing.T) {
	conn := new(fleettest.Engine).Connect()
	f, err := fleet.New(fleet.Config{Bus: conn})
	require.NoError(t, err)
	var opts retry.Options
	f.Instrument(&opts)
	c := breaker.Change{Name: "Client.Get", Instance: "eu", From: breaker.Closed, To: breaker.Open, Cooldown: time.Second}
	opts.Hooks.BreakerChange(c)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { opts.Hooks.BreakerChange(c) }))
}

// A breaker admits an attempt, and a call succeeds, as quickly as without a Fleet.
func BenchmarkCall(b *testing.B) {
	ctx := b.Context()
	_, with, group := running(b)
	alone := new(retry.Group)
	without, err := retry.NewFunc("Client.Get", policyText, &retry.Options{Group: alone})
	require.NoError(b, err)
	for _, bb := range []struct {
		name  string
		call  *retry.Func
		group *retry.Group
	}{{"alone", without, alone}, {"fleet", with, group}} {
		b.Run("success/"+bb.name, func(b *testing.B) {
			for b.Loop() {
				_ = bb.call.Do(ctx, succeed)
			}
		})
		b.Run("Allow/"+bb.name, func(b *testing.B) {
			guard := bb.group.Breaker()
			for b.Loop() {
				p, _ := guard.Allow()
				p.Done(breaker.Success)
			}
		})
	}
}

// Many groups, made and steered and called at once: for the race detector.
func TestManyGroupsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 4)
		var work sync.WaitGroup
		for i, p := range all {
			for n := range 25 {
				work.Go(func() {
					group := new(retry.Group)
					call := p.wrap(fmt.Sprintf("Client%d.Get", n), policyText, group)
					for j := range 20 {
						err := errDown
						if j%7 == 6 {
							err = nil
						}
						_ = call.Do(t.Context(), func(context.Context) error { return err })
						time.Sleep(time.Duration(i+n) * time.Millisecond)
						_ = p.fleet.Status()
					}
				})
			}
		}
		work.Go(func() {
			for i := range 10 {
				publish(t, &e, fmt.Sprintf("for %ds by a: b\nClient%d: attempts=%d\n*: mode watch-only\n", i+1, i, i+3))
				time.Sleep(50 * time.Millisecond)
			}
		})
		work.Wait()
		later(time.Minute)
		for _, p := range all {
			assert.Equal(t, uint64(10), p.fleet.Status().Control.Revision)
			assert.Nil(t, p.group.Snapshot().Steered)
		}
	})
}
