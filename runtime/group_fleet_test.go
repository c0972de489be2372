package retry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// policies returns a Steering with the lines of an overrides text.
func policies(t *testing.T, text string) retry.Steering {
	t.Helper()
	list, err := policy.ParseOverrides(text)
	require.NoError(t, err)
	return retry.Steering{Policies: list}
}

// snapshotOf returns the snapshot of a method of Client.
func snapshotOf(t *testing.T, group *retry.Group, method string) retry.MethodSnapshot {
	t.Helper()
	for _, m := range group.Snapshot().Methods {
		if m.Method == "Client."+method {
			return m
		}
	}
	t.Fatalf("no method %s", method)
	return retry.MethodSnapshot{}
}

// The source, Options.Override, Steer and SetPolicy: in each combination the highest that is
// there counts, and each goes away without the others.
func TestOrderOfThePolicyLayers(t *testing.T) {
	const method = "Client.Get"
	for there := range 8 {
		override := ""
		if there&1 != 0 {
			override = method + ": attempts=4"
		}
		group, _ := shop(t, override)
		want := 3
		var layers []string
		if there&1 != 0 {
			want, layers = 4, append(layers, retry.LayerOverride)
		}
		if there&2 != 0 {
			require.NoError(t, group.Steer(policies(t, method+": attempts=5")))
			want, layers = 5, append(layers, retry.LayerFleet)
		}
		if there&4 != 0 {
			require.NoError(t, group.SetPolicy(method, patch(t, "attempts=6")))
			want, layers = 6, append(layers, retry.LayerLocal)
		}
		s := snapshotOf(t, group, "Get")
		assert.Equal(t, want, s.Policy.Retry.Attempts, "%03b", there)
		var names []string
		for _, l := range s.Layers {
			names = append(names, l.Name)
		}
		assert.Equal(t, layers, names, "%03b", there)

		without := func(take func(), gone int) {
			take()
			left := 3
			for bit, attempts := range []int{4, 5, 6} {
				if there&^gone&(1<<bit) != 0 {
					left = attempts
				}
			}
			assert.Equal(t, left, snapshotOf(t, group, "Get").Policy.Retry.Attempts, "%03b without %03b", there, gone)
		}
		switch there % 3 { // which goes first
		case 0:
			without(func() { require.NoError(t, group.Steer(retry.Steering{})) }, 2)
			without(func() { require.NoError(t, group.ResetPolicy(method)) }, 6)
		case 1:
			without(func() { require.NoError(t, group.ResetPolicy(method)) }, 4)
			without(func() { require.NoError(t, group.Steer(retry.Steering{})) }, 6)
		case 2:
			without(func() { require.NoError(t, group.ResetToSource(method)) }, 5)
			without(func() { require.NoError(t, group.Steer(retry.Steering{})) }, 7)
		}
	}
}

// The layer has the line of the interface, as far as it fits, and that of the method over it.
func TestSteerInterfaceAndMethod(t *testing.T) {
	group, _ := shop(t, "")
	require.NoError(t, group.Steer(policies(t, "Client.Get: timeout attempt=2s\nClient: attempts=2; timeout total=9s\nOther: attempts=7\nOther.Get: base=1h")))
	assert.Equal(t, "linear attempts=2 base=0s max=10s; timeout attempt=2s total=9s", inForce(group, "Get"))
	assert.Equal(t, "linear attempts=2 base=0s max=10s; timeout attempt=1s total=9s", inForce(group, "List"))
	assert.Empty(t, inForce(group, "Close"), "it has one attempt and no context")

	get := snapshotOf(t, group, "Get")
	require.Len(t, get.Layers, 1)
	assert.Equal(t, "attempts=2; timeout attempt=2s total=9s", get.Layers[0].Text)
	assert.Equal(t, []string{"strategy", "timeout"}, get.Layers[0].Concerns)
	assert.Equal(t, get.Policy, get.Layers[0].Policy)
	assert.Nil(t, snapshotOf(t, group, "Close").Layers)
}

// If one method cannot have its policy, no method gets one, and modes stay as well.
func TestSteerIsAllOrNothing(t *testing.T) {
	group, methods := shop(t, "")
	before := policies(t, "Client: attempts=2")
	before.Mode = map[string]breaker.Mode{"*": breaker.WatchOnly}
	require.NoError(t, group.Steer(before))

	bad := policies(t, "Client.Get: attempts=5\nClient.Close: timeout total=1s\nClient.List: base=1m")
	bad.Disabled = map[string]bool{"*": true}
	err := group.Steer(bad)
	require.EqualError(t, err, "retry: Client.Close: a timeout needs a context, and the method has none\n"+
		"retry: Client.List: base=1m is longer than max=10s; hint: max is 10s by default")
	assert.Equal(t, 2, calls(t, methods["Get"]))
	s := group.Snapshot()
	assert.True(t, s.Enabled)
	assert.Equal(t, breaker.WatchOnly, s.Mode)
	assert.Equal(t, &retry.SteeredSnapshot{Mode: breaker.WatchOnly}, s.Steered)

	bad = before
	bad.Mode = map[string]breaker.Mode{"Elsewhere": breaker.Off + 1}
	require.EqualError(t, group.Steer(bad), "retry: Elsewhere: invalid breaker mode Mode(3)")
	assert.Equal(t, breaker.WatchOnly, group.Snapshot().Mode)
}
