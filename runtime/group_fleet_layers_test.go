package retry_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// The mode of a group, for each mode of SetBreakerMode and of Steer.
func TestOrderOfModes(t *testing.T) {
	const on, watch, off = breaker.On, breaker.WatchOnly, breaker.Off
	for _, tt := range []struct{ local, fleet, want breaker.Mode }{
		{on, on, on}, {on, watch, watch}, {on, off, off},
		{watch, on, watch}, {watch, watch, watch}, {watch, off, watch},
		{off, on, off}, {off, watch, off}, {off, off, off},
	} {
		t.Run(fmt.Sprintf("%v over %v", tt.local, tt.fleet), func(t *testing.T) {
			d := newDesk()
			assertMode := func(want breaker.Mode) {
				t.Helper()
				assert.Equal(t, want, d.group.Snapshot().Mode)
				for _, b := range d.group.Breakers() {
					assert.Equal(t, want, b.Mode())
				}
			}
			d.group.SetBreakerMode(tt.local)
			require.NoError(t, d.group.Steer(retry.Steering{Mode: map[string]breaker.Mode{"Client": tt.fleet}}))
			assertMode(tt.want)
			require.NoError(t, d.group.SetPolicy("Till.Get", patch(t, "breaker failures=2")))
			assertMode(tt.want) // of the new breaker, too
			d.group.SetBreakerMode(on)
			assertMode(tt.fleet)
			d.group.SetBreakerMode(tt.local)
			require.NoError(t, d.group.Steer(retry.Steering{}))
			assertMode(tt.local)
		})
	}
}

// An interface goes over "*", and of several interfaces the greatest mode counts.
func TestNamesOfModesAndSwitches(t *testing.T) {
	tests := []struct {
		name     string
		mode     map[string]breaker.Mode
		disabled map[string]bool
		want     breaker.Mode
		enabled  bool
	}{
		{"nothing", nil, nil, breaker.On, true},
		{"all", map[string]breaker.Mode{"*": breaker.WatchOnly}, map[string]bool{"*": true}, breaker.WatchOnly, false},
		{"one of two", map[string]breaker.Mode{"Till": breaker.Off}, map[string]bool{"Till": true}, breaker.Off, false},
		{"the greatest", map[string]breaker.Mode{"Till": breaker.WatchOnly, "Client": breaker.Off}, map[string]bool{"Till": false, "Client": true}, breaker.Off, false},
		{"one over all", map[string]breaker.Mode{"Till": breaker.On, "*": breaker.WatchOnly}, map[string]bool{"Till": false, "*": true}, breaker.WatchOnly, false},
		{"both over all", map[string]breaker.Mode{"Till": breaker.On, "Client": breaker.On, "*": breaker.Off}, map[string]bool{"Till": false, "Client": false, "*": true}, breaker.On, true},
		{"others", map[string]breaker.Mode{"Bank": breaker.Off, "Client.Get": breaker.Off}, map[string]bool{"Bank": true}, breaker.On, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk()
			require.NoError(t, d.group.Steer(retry.Steering{Mode: tt.mode, Disabled: tt.disabled}))
			s := d.group.Snapshot()
			assert.Equal(t, tt.want, s.Mode)
			assert.Equal(t, tt.enabled, s.Enabled)

			later := &retry.Group{}
			require.NoError(t, later.Steer(retry.Steering{Mode: tt.mode, Disabled: tt.disabled}))
			for _, iface := range []string{"Client", "Till"} {
				w := retry.NewWrapper(iface, policy.Policy{Breaker: policy.Breaker{Failures: 1}}, &retry.Options{Group: later})
				w.Method("Get", retry.MethodSpec{SharedBreaker: true})
			}
			s = later.Snapshot()
			assert.Equal(t, tt.want, s.Mode, "wrappers that are made later")
			assert.Equal(t, tt.want, later.Breaker().Mode())
			assert.Equal(t, tt.enabled, s.Enabled)
		})
	}
}

// A mode that was set for one breaker lasts while Steer does not change that of the group.
func TestSteerKeepsTheModeOfABreaker(t *testing.T) {
	d := newDesk()
	d.group.Breaker().SetMode(breaker.Off)
	require.NoError(t, d.group.Steer(policies(t, "Client: breaker cooldown=9s")))
	require.NoError(t, d.group.Steer(retry.Steering{}))
	assert.Equal(t, breaker.Off, d.group.Breaker().Mode())
}

// Calls pass straight through while the process or the fleet says so.
func TestOrderOfSwitches(t *testing.T) {
	for there := range 4 {
		group, methods := shop(t, "")
		local, fleet := there&1 != 0, there&2 != 0
		group.SetEnabled(!local)
		require.NoError(t, group.Steer(retry.Steering{Disabled: map[string]bool{"*": fleet}}))
		attempts := func(off bool) int {
			assert.Equal(t, !off, group.Snapshot().Enabled)
			return calls(t, methods["Get"])
		}
		want := func(off bool) int { return map[bool]int{false: 3, true: 1}[off] }
		assert.Equal(t, want(local || fleet), attempts(local || fleet))
		group.SetEnabled(true)
		assert.Equal(t, want(fleet), attempts(fleet), "SetEnabled(true) leaves it to the fleet")
		group.SetEnabled(!local)
		require.NoError(t, group.Steer(retry.Steering{}))
		assert.Equal(t, want(local), attempts(local))
	}
}

// A wrapper that is made later gets the layer. What it cannot have is left out and shown.
func TestSteerBeforeTheWrapper(t *testing.T) {
	group := new(retry.Group)
	require.NoError(t, group.Steer(policies(t, "Client: attempts=2\nClient.Close: timeout total=1s\nClient.Put: attempts=4")))
	opts := &retry.Options{Group: group}
	w := retry.NewWrapper("Client", policy.Policy{}, opts)
	spec := retry.MethodSpec{Policy: parse(t, "linear attempts=3 base=0s")}
	assert.Equal(t, 2, calls(t, w.Method("Get", spec)))
	assert.Equal(t, 4, calls(t, w.Method("Put", spec)))
	spec.NoContext = true
	closes := w.Method("Close", spec)
	assert.Equal(t, 3, calls(t, closes), "all of the layer is left out for it")
	assert.Equal(t, "fleet: a timeout needs a context, and the method has none", snapshotOf(t, group, "Close").Refused)
	assert.Nil(t, snapshotOf(t, group, "Close").Layers)
	assert.Empty(t, snapshotOf(t, group, "Get").Refused)

	require.NoError(t, group.SetPolicy("Client.Close", patch(t, "attempts=5")))
	assert.Equal(t, 5, calls(t, closes), "SetPolicy is not in the way of that")
	require.NoError(t, group.Steer(policies(t, "Client: attempts=2\nClient.Close: timeout total=1s")), "a part of what it has said")
	assert.Error(t, group.Steer(policies(t, "Client: attempts=7\nClient.Close: timeout total=1s")))
	require.NoError(t, group.ResetPolicy("Client.Close"))
	assert.Equal(t, 3, calls(t, closes))
	require.NoError(t, group.Steer(policies(t, "Client: attempts=2")))
	assert.Equal(t, 2, calls(t, closes))
	assert.Empty(t, snapshotOf(t, group, "Close").Refused)
}

// What SetPolicy has set wins over what does not fit to it. If it was set over a layer that has
// gone, it is left out. Each comes back when it fits.
func TestLayersThatContradict(t *testing.T) {
	group, _ := shop(t, "")
	const source = "linear attempts=3 base=0s max=10s; timeout attempt=1s total=5s"
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "timeout attempt=2s")))
	require.NoError(t, group.Steer(policies(t, "Client: timeout total=1s")))
	assert.Equal(t, "linear attempts=3 base=0s max=10s; timeout attempt=2s total=5s", inForce(group, "Get"))
	assert.Equal(t, "linear attempts=3 base=0s max=10s; timeout attempt=1s total=1s", inForce(group, "List"))
	assert.Equal(t, "fleet: it does not fit to what SetPolicy has set: attempt=2s is longer than total=1s; hint: total is 1s in what this changes", snapshotOf(t, group, "Get").Refused)
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "attempts=2")), "over what is in force")
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "timeout attempt=1s")))
	assert.Equal(t, "linear attempts=2 base=0s max=10s; timeout attempt=1s total=1s", inForce(group, "Get"), "now it fits")
	require.NoError(t, group.ResetPolicy("Client"))

	require.NoError(t, group.Steer(policies(t, "Client.Get: max=1m")))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "base=30s; timeout total=10m")))
	require.Error(t, group.SetPolicy("Client.Get", patch(t, "base=2m")))
	_, err := group.PreviewPolicy("Client.Get", patch(t, "base=2m"))
	require.Error(t, err)
	require.NoError(t, group.Steer(retry.Steering{}), "what expires goes in any case")
	assert.Equal(t, source, inForce(group, "Get"))
	s := snapshotOf(t, group, "Get")
	assert.Equal(t, "local: base=30s is longer than max=10s; hint: max is 10s by default", s.Refused)
	assert.Nil(t, s.Layers)
	require.NoError(t, group.Steer(policies(t, "Client.Get: max=2m")))
	assert.Equal(t, "linear attempts=3 base=30s max=2m; timeout attempt=1s total=10m", inForce(group, "Get"), "it is back")
	require.NoError(t, group.Steer(retry.Steering{}))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "attempts=9")), "in the place of what is left out")
	assert.Equal(t, "linear attempts=9 base=0s max=10s; timeout attempt=1s total=5s", inForce(group, "Get"))
}

// A layer that comes back with the same settings finds its breaker as it was, and methods that
// share a breaker share the one of the layer.
func TestSteerKeepsGuards(t *testing.T) {
	group, methods := shop(t, "")
	declared := group.Breaker()
	layer := policies(t, "Client: attempts=1; breaker failures=2")
	require.NoError(t, group.Steer(layer))
	assert.Same(t, group.MethodBreaker("Client.Get"), group.MethodBreaker("Client.List"))
	_, _ = calls(t, methods["Get"]), calls(t, methods["List"])
	assert.ErrorIs(t, methods["Get"].Do(t.Context(), succeed), breaker.ErrOpen)

	require.NoError(t, group.Steer(retry.Steering{}))
	assert.Same(t, declared, group.MethodBreaker("Client.Get"))
	assert.NoError(t, methods["Get"].Do(t.Context(), succeed))
	require.NoError(t, group.Steer(layer))
	assert.ErrorIs(t, methods["List"].Do(t.Context(), succeed), breaker.ErrOpen)
}

// The layer keeps nothing of what its caller changes later.
func TestSteerCopies(t *testing.T) {
	group, methods := shop(t, "")
	s := policies(t, "Client: attempts=2")
	s.Disabled = map[string]bool{}
	require.NoError(t, group.Steer(s))
	s.Policies[0].Patch, s.Disabled["*"] = patch(t, "attempts=9"), true
	require.NoError(t, group.ResetPolicy("Client"))
	assert.Equal(t, 2, calls(t, methods["Get"]))
}

// Steer runs beside calls, SetPolicy, Snapshot and new wrappers, and the last one counts.
func TestSteerWhileEverythingRuns(t *testing.T) {
	group, methods := shop(t, "")
	layers := []retry.Steering{
		{},
		policies(t, "Client: attempts=2; breaker failures=4"),
		{Forced: map[string]breaker.State{"Client.Get": breaker.Open}, Mode: map[string]breaker.Mode{"*": breaker.WatchOnly}},
		{Forced: map[string]breaker.State{"*": breaker.Open, "Client.List": breaker.Closed}, Disabled: map[string]bool{"Other": true}},
	}
	var steer, rest sync.WaitGroup
	stop := make(chan struct{})
	always := func(f func(i int)) {
		rest.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					f(i)
				}
			}
		})
	}
	for _, name := range []string{"Get", "List"} {
		always(func(int) {
			err := methods[name].Do(t.Context(), func(context.Context) error { return errDown })
			assert.True(t, errors.Is(err, errDown) || errors.Is(err, breaker.ErrOpen), "%v", err)
		})
	}
	always(func(int) { group.Snapshot() })
	always(func(i int) {
		assert.NoError(t, group.SetPolicy("Client.Get", patch(t, fmt.Sprintf("breaker failures=%d", 2+i%3))))
		assert.NoError(t, group.ResetPolicy("Client"))
	})
	rest.Go(func() {
		for i := range 10 {
			w := retry.NewWrapper("Other", policy.Policy{}, &retry.Options{Group: group, Hooks: retry.Hooks{BreakerChange: func(breaker.Change) { group.Breakers() }}})
			w.Method(fmt.Sprint("Get", i), retry.MethodSpec{Policy: parse(t, "breaker")})
		}
	})
	for worker := range 2 {
		steer.Go(func() {
			for i := range 20 {
				assert.NoError(t, group.Steer(layers[(i+worker)%len(layers)]))
			}
		})
	}
	steer.Wait()
	close(stop)
	rest.Wait()
	for _, forced := range []breaker.State{breaker.Open, breaker.Closed} {
		require.NoError(t, group.Steer(retry.Steering{Forced: map[string]breaker.State{"*": forced}}))
		for _, b := range group.Breakers() {
			s := b.Snapshot()
			assert.Equal(t, []any{forced, true, true, breaker.On}, []any{s.State, s.Forced, s.Remote, s.Mode})
		}
	}
}

// A method under a layer costs what it costs without one.
func TestSteeredCallsDoNotAllocate(t *testing.T) {
	group, methods := shop(t, "")
	require.NoError(t, group.Steer(policies(t, "Client: attempts=2; timeout off; breaker failures=3")))
	ctx := t.Context()
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = methods["Get"].Do(ctx, succeed) }))
	require.NoError(t, group.Steer(retry.Steering{Policies: policies(t, "Client: timeout off").Policies, Forced: map[string]breaker.State{"Client.Get": breaker.Open}}))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = methods["Get"].Do(ctx, succeed) }), "a refusal")
}
