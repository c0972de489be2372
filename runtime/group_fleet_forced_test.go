package retry_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// force returns a Steering that forces states by name.
func force(states map[string]breaker.State) retry.Steering { return retry.Steering{Forced: states} }

// A desk has the interfaces Client and Till under one breaker, and Client.Put with its own.
type desk struct {
	group   *retry.Group
	methods map[string]*retry.Method
	changes []string
}

func newDesk() *desk {
	d := &desk{group: &retry.Group{Name: "bank"}, methods: make(map[string]*retry.Method)}
	for _, iface := range []string{"Client", "Till"} {
		w := retry.NewWrapper(iface, policy.Policy{Breaker: policy.Breaker{Failures: 3, Cooldown: time.Minute}}, d.opts())
		d.methods[iface+".Get"] = w.Method("Get", retry.MethodSpec{SharedBreaker: true})
	}
	w := retry.NewWrapper("Client", policy.Policy{}, d.opts())
	d.methods["Client.List"] = w.Method("List", retry.MethodSpec{SharedBreaker: true})
	d.methods["Client.Put"] = w.Method("Put", retry.MethodSpec{Policy: policy.Policy{Breaker: policy.Breaker{Failures: 7}}})
	return d
}

func (d *desk) opts() *retry.Options {
	return &retry.Options{Group: d.group, Hooks: retry.Hooks{BreakerChange: func(c breaker.Change) {
		d.group.Snapshot() // it would hang under the lock of the group
		d.changes = append(d.changes, fmt.Sprintf("%s %v to %v forced=%v remote=%v", c.Name, c.From, c.To, c.Forced, c.Remote))
	}}}
}

// refused returns the methods whose calls are refused.
func (d *desk) refused(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range []string{"Client.Get", "Client.List", "Client.Put", "Till.Get"} {
		if err := d.methods[name].Do(t.Context(), succeed); err != nil {
			require.ErrorIs(t, err, breaker.ErrOpen)
			names = append(names, name)
		}
	}
	return names
}

// Each name forces the methods that it names and no other, although they share a breaker. A
// method goes over its interface, and that over "*".
func TestSteerForcesWhatIsNamed(t *testing.T) {
	all := []string{"Client.Get", "Client.List", "Client.Put", "Till.Get"}
	const open, closed = breaker.Open, breaker.Closed
	tests := []struct {
		name   string
		forced map[string]breaker.State
		want   []string
	}{
		{"all", map[string]breaker.State{"*": open}, all},
		{"an interface", map[string]breaker.State{"Client": open}, all[:3]},
		{"both interfaces", map[string]breaker.State{"Client": open, "Till": open}, all},
		{"a method that shares its breaker", map[string]breaker.State{"Client.Get": open}, all[:1]},
		{"a method with its own breaker", map[string]breaker.State{"Client.Put": open}, all[2:3]},
		{"an interface over all", map[string]breaker.State{"*": open, "Client": closed}, all[3:]},
		{"a method over its interface", map[string]breaker.State{"Client": open, "Client.List": closed}, []string{"Client.Get", "Client.Put"}},
		{"all three", map[string]breaker.State{"*": open, "Client": closed, "Client.Put": open}, []string{"Client.Put", "Till.Get"}},
		{"others", map[string]breaker.State{"Bank": open, "Client.Del": open}, nil},
		{"closed", map[string]breaker.State{"*": closed}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk()
			require.NoError(t, d.group.Steer(force(tt.forced)))
			assert.Equal(t, tt.want, d.refused(t))
			require.NoError(t, d.group.Steer(retry.Steering{}))
			assert.Empty(t, d.refused(t))
			for _, b := range d.group.Breakers() {
				assert.Equal(t, breaker.Closed, b.State())
				assert.False(t, b.Snapshot().Remote)
			}
			require.NoError(t, d.group.Steer(force(tt.forced)))
			assert.Equal(t, tt.want, d.refused(t), "and again")
		})
	}
}

// The hook gets each change once, and not under the lock of the group.
func TestSteerTellsWhatItForces(t *testing.T) {
	d := newDesk()
	steer := func(states map[string]breaker.State) []string {
		d.changes = nil
		require.NoError(t, d.group.Steer(force(states)))
		return d.changes
	}
	assert.Equal(t, []string{"bank closed to open forced=true remote=true", "Client.Put closed to open forced=true remote=true"},
		steer(map[string]breaker.State{"*": breaker.Open}))
	assert.Empty(t, steer(map[string]breaker.State{"Client": breaker.Open, "Till": breaker.Open}), "it is so already")
	assert.Equal(t, []string{"bank open to closed forced=false remote=true", "Client.Get closed to open forced=true remote=true", "Client.Put open to closed forced=false remote=true"},
		steer(map[string]breaker.State{"Client.Get": breaker.Open}))
	assert.Equal(t, "Client.Get", snapshotOf(t, d.group, "Get").Breaker.Name)
	assert.Equal(t, "bank", snapshotOf(t, d.group, "List").Breaker.Name)
	assert.Same(t, d.group.Breaker(), d.group.MethodBreaker("Client.Get"))
	assert.Equal(t, map[string]breaker.State{"Client.Get": breaker.Open}, d.group.Snapshot().Steered.Forced)
	assert.Len(t, d.group.Breakers(), 2)
	assert.Equal(t, []string{"Client.Get open to closed forced=false remote=true"}, steer(nil))
	assert.Nil(t, d.group.Snapshot().Steered)
	assert.Len(t, d.group.Breakers(), 2)
}

// What the process forces wins while it lasts, in each order.
func TestForcedLocallyWinsOverSteer(t *testing.T) {
	for _, steerFirst := range []bool{true, false} {
		d := newDesk()
		shared := d.group.Breaker()
		steer := func() { require.NoError(t, d.group.Steer(force(map[string]breaker.State{"*": breaker.Open}))) }
		if steerFirst {
			steer()
		}
		shared.ForceClose()
		if !steerFirst {
			steer()
		}
		assert.Equal(t, []string{"Client.Put"}, d.refused(t))
		assert.False(t, shared.Snapshot().Remote)
		shared.Reset()
		assert.Len(t, d.refused(t), 4, "what the fleet says is in force again")
		assert.True(t, shared.Snapshot().Remote)

		shared.ForceOpen()
		require.NoError(t, d.group.Steer(retry.Steering{}))
		assert.Equal(t, []string{"Client.Get", "Client.List", "Till.Get"}, d.refused(t))
		shared.Reset()
		assert.Empty(t, d.refused(t))
	}
}

// What the process forces of a shared breaker wins over what the fleet forces of one method, too.
func TestForcedLocallyWinsOverAForcedMethod(t *testing.T) {
	for _, steerFirst := range []bool{true, false} {
		for _, to := range []breaker.State{breaker.Open, breaker.Closed} {
			d := newDesk()
			shared := d.group.Breaker()
			steer := func() { require.NoError(t, d.group.Steer(force(map[string]breaker.State{"Client.Get": to}))) }
			steered := func() bool { return snapshotOf(t, d.group, "Get").Breaker.Remote }
			if steerFirst {
				steer()
				assert.True(t, steered())
			}
			if to == breaker.Open {
				shared.ForceClose()
			} else {
				shared.ForceOpen()
			}
			if !steerFirst {
				steer()
			}
			assert.False(t, steered())
			if to == breaker.Open {
				assert.Empty(t, d.refused(t))
			} else {
				assert.Equal(t, []string{"Client.Get", "Client.List", "Till.Get"}, d.refused(t))
			}
			shared.Reset()
			assert.True(t, steered())
			assert.Equal(t, to == breaker.Open, len(d.refused(t)) == 1)
			for range 9 {
				_ = d.methods["Client.List"].Do(t.Context(), fail(errDown))
			}
			assert.Equal(t, map[breaker.State][]string{breaker.Open: {"Client.Get", "Client.List", "Till.Get"}, breaker.Closed: {"Client.List", "Till.Get"}}[to],
				d.refused(t), "an opening of the shared one does not win over it")
		}
	}
}

// Breakers that are made later are forced as well: by another policy, by another wrapper, and
// for keys.
func TestSteerForcesBreakersThatAreMadeLater(t *testing.T) {
	d := newDesk()
	require.NoError(t, d.group.Steer(force(map[string]breaker.State{"Client": breaker.Open})))
	require.NoError(t, d.group.SetPolicy("Client.Put", patch(t, "breaker failures=2")))
	require.NoError(t, d.group.SetPolicy("Till.Get", patch(t, "breaker failures=2")))
	require.NoError(t, d.group.SetPolicy("Client.Get", patch(t, "breaker failures=4")))
	assert.Equal(t, []string{"Client.Get", "Client.List", "Client.Put"}, d.refused(t))

	d.changes = nil
	w := retry.NewWrapper("Client", policy.Policy{}, d.opts())
	assert.ErrorIs(t, w.Method("Find", retry.MethodSpec{SharedBreaker: true, Keyed: true}).For("acme").Do(t.Context(), succeed), breaker.ErrOpen)
	assert.ErrorIs(t, w.Method("Del", retry.MethodSpec{Policy: parse(t, "breaker")}).Do(t.Context(), succeed), breaker.ErrOpen)
	assert.Equal(t, []string{"bank closed to open forced=true remote=true", "Client.Del closed to open forced=true remote=true"}, d.changes)

	require.NoError(t, d.group.SetPolicy("Client.Put", patch(t, "breaker off")))
	require.NoError(t, d.group.Steer(retry.Steering{}))
	require.NoError(t, d.group.ResetPolicy("Client"))
	assert.Empty(t, d.refused(t), "also those that no policy asked for when the force ended")
}

// While a method of many is forced, the others keep the state of their breaker, and it comes
// back to that.
func TestForcedMethodComesBackToTheSharedBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		shared := d.group.Breaker()
		require.Error(t, d.methods["Client.Get"].Do(t.Context(), fail(errDown)))
		require.NoError(t, d.group.Steer(force(map[string]breaker.State{"Client.Get": breaker.Closed})))
		for range 9 {
			require.ErrorIs(t, d.methods["Client.Get"].Do(t.Context(), fail(errDown)), errDown)
		}
		assert.Equal(t, 1, shared.Snapshot().Failures)
		require.NoError(t, d.group.Steer(retry.Steering{}))
		assert.Same(t, shared, d.group.MethodBreaker("Client.Get"))
		assert.Equal(t, 1, shared.Snapshot().Failures)

		d.group.SetBreakerMode(breaker.WatchOnly)
		require.NoError(t, d.group.Steer(force(map[string]breaker.State{"Client.Get": breaker.Open})))
		assert.Empty(t, d.refused(t), "the breaker in its place only watches, too")
		d.group.SetBreakerMode(breaker.On)
		assert.Equal(t, []string{"Client.Get"}, d.refused(t))
	})
}

func TestSteerRefusesStates(t *testing.T) {
	d := newDesk()
	assert.EqualError(t, d.group.Steer(force(map[string]breaker.State{"Elsewhere": breaker.HalfOpen})),
		"retry: Elsewhere: a breaker cannot be forced to the state half-open")
	assert.Nil(t, d.group.Snapshot().Steered)
}

// A hook may steer the group, and a hook that panics stops no other one.
func TestHooksOfSteer(t *testing.T) {
	d := newDesk()
	var told []string
	for _, iface := range []string{"Later", "Other"} {
		w := retry.NewWrapper(iface, policy.Policy{}, &retry.Options{Group: d.group, Hooks: retry.Hooks{BreakerChange: func(c breaker.Change) {
			told = append(told, fmt.Sprint(c.Name, " ", c.To))
			if c.Name == "Later.Get" && c.To == breaker.Open {
				require.NoError(t, d.group.Steer(force(map[string]breaker.State{"Later": breaker.Open})))
				panic("a hook")
			}
		}}})
		d.methods[iface] = w.Method("Get", retry.MethodSpec{Policy: parse(t, "breaker")})
	}
	assert.PanicsWithValue(t, "a hook", func() { _ = d.group.Steer(force(map[string]breaker.State{"*": breaker.Open})) })
	assert.Equal(t, []string{"Later.Get open", "Other.Get open", "Other.Get closed"}, told)
	assert.ErrorIs(t, d.methods["Later"].Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, d.methods["Other"].Do(t.Context(), succeed))
	assert.Empty(t, d.refused(t))
}

// A method with keys is forced for all of them, and its keys keep their breakers.
func TestForcedMethodWithKeys(t *testing.T) {
	d := newDesk()
	w := retry.NewWrapper("Client", policy.Policy{}, d.opts())
	find := w.Method("Find", retry.MethodSpec{SharedBreaker: true, Keyed: true})
	require.Error(t, find.For("acme").Do(t.Context(), fail(errDown)))
	require.NoError(t, d.group.Steer(force(map[string]breaker.State{"Client.Find": breaker.Open})))
	for _, key := range []string{"acme", "other"} {
		err := find.For(key).Do(t.Context(), succeed)
		assert.EqualError(t, err, `circuit breaker "Client.Find" of instance "bank" is forced open`)
		assert.ErrorIs(t, err, breaker.ErrOpen)
	}
	assert.Empty(t, d.refused(t))
	assert.Len(t, d.group.Keys("Client.Find"), 1)
	assert.Equal(t, breaker.Open, snapshotOf(t, d.group, "Find").Keys.Rest.State)

	d.group.Breaker().ForceClose() // of the methods without keys
	assert.Error(t, find.For("acme").Do(t.Context(), succeed))
	require.NoError(t, d.group.Steer(retry.Steering{}))
	assert.NoError(t, find.For("other").Do(t.Context(), succeed))
	assert.Equal(t, 1, d.group.Keys("Client.Find")[0].Breaker.Failures)
}
