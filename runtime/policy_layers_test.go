package retry_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// shop makes a wrapper of Client with a shared breaker: Get and List retry, Close has one
// attempt, no breaker and no context.
func shop(t *testing.T, override string) (*retry.Group, map[string]*retry.Method) {
	t.Helper()
	over, err := retry.ParseOverrides(override)
	require.NoError(t, err)
	opts := &retry.Options{Group: new(retry.Group), Override: over}
	w := retry.NewWrapper("Client", parse(t, "breaker failures=9 cooldown=7s"), opts)
	spec := retry.MethodSpec{Policy: parse(t, "linear attempts=3 base=0s; timeout attempt=1s total=5s"), SharedBreaker: true}
	return opts.Group, map[string]*retry.Method{
		"Get": w.Method("Get", spec), "List": w.Method("List", spec),
		"Close": w.Method("Close", retry.MethodSpec{NoContext: true}),
	}
}

// inForce returns what a method of shop retries and how long it may take.
func inForce(group *retry.Group, method string) string {
	for _, m := range group.Snapshot().Methods {
		if m.Method == "Client."+method {
			return policy.Policy{Retry: m.Policy.Retry, Timeout: m.Policy.Timeout}.String()
		}
	}
	return "no such method"
}

// Each call of SetPolicy is laid over what is in force, and each way back takes its layers
// only.
func TestSetPolicyAndBack(t *testing.T) {
	const (
		source     = "linear attempts=3 base=0s max=10s; timeout attempt=1s total=5s"
		overridden = "linear attempts=4 base=0s max=10s; timeout attempt=1s total=5s"
	)
	group, _ := shop(t, "Client.Get: attempts=4")
	assert.Equal(t, overridden, inForce(group, "Get"))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "timeout total=20s")))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "timeout attempt=2s; breaker off")))
	assert.Equal(t, "linear attempts=4 base=0s max=10s; timeout attempt=2s total=20s", inForce(group, "Get"))
	assert.Equal(t, source, inForce(group, "List"))

	require.NoError(t, group.ResetPolicy("Client.Get"))
	assert.Equal(t, overridden, inForce(group, "Get"))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "attempts=8")))
	require.NoError(t, group.ResetToSource("Client.Get"))
	assert.Equal(t, source, inForce(group, "Get"))
	require.NoError(t, group.ResetPolicy("Client.Get"))
	assert.Equal(t, source, inForce(group, "Get"), "the override does not come back")

	for _, reset := range []func(string) error{group.ResetPolicy, group.ResetToSource} {
		assert.EqualError(t, reset("Client.Gte"), "retry: the group has no method Client.Gte, or it passes straight through")
		assert.EqualError(t, reset("client"), `retry: the group has no method client; did you mean "Client"?`)
	}
}

// A breaker that an override switches off comes back as the source declares it.
func TestSetPolicySwitchesOnAgain(t *testing.T) {
	group, _ := shop(t, "Client: breaker off")
	assert.Nil(t, group.MethodBreaker("Client.Get"))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "breaker")))
	assert.Same(t, group.Breaker(), group.MethodBreaker("Client.Get"))
	assert.Nil(t, group.MethodBreaker("Client.List"))
}

// What is for an interface leaves out what a method does not have. Close has one attempt, no
// breaker and no context.
func TestSetPolicyOfAnInterface(t *testing.T) {
	group, methods := shop(t, "")
	require.NoError(t, group.SetPolicy("Client", patch(t, "attempts=2; timeout total=2s; breaker failures=2")))
	assert.Equal(t, 2, calls(t, methods["Get"]))
	assert.ErrorIs(t, methods["List"].Do(t.Context(), succeed), breaker.ErrOpen, "they share the new breaker")
	assert.Equal(t, breaker.Open, group.Breaker().State())
	assert.Equal(t, 1, calls(t, methods["Close"]))
	assert.Empty(t, inForce(group, "Close"))

	require.NoError(t, group.ResetPolicy("Client"))
	assert.Equal(t, breaker.Closed, group.Breaker().State(), "the declared one")
	assert.NoError(t, methods["List"].Do(t.Context(), succeed))

	assert.ErrorContains(t, group.SetPolicy("Client", patch(t, "limit concurrent=3")), "retry: Client.Close: limit concurrent=3: the source gives the method no limit")
	assert.ErrorContains(t, group.SetPolicy("Client", patch(t, "base=1m")), "retry: Client.Get: base=1m is longer than max=10s")
	assert.Equal(t, 3, calls(t, methods["Get"]), "nothing has changed")
}

// One method of many gets a breaker of its own.
func TestSetPolicyOfOneMethodLeavesTheSharedBreaker(t *testing.T) {
	group, methods := shop(t, "Client.Get: attempts=2; breaker failures=2")
	assert.Equal(t, 2, calls(t, methods["Get"]))
	assert.Equal(t, breaker.Open, group.MethodBreaker("Client.Get").State())
	assert.Equal(t, breaker.Closed, group.Breaker().State())
	assert.NoError(t, methods["List"].Do(t.Context(), succeed))
}

func TestSnapshotHasLayers(t *testing.T) {
	group, _ := shop(t, "Client.Get: attempts=4")
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "timeout total=20s")))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "timeout attempt=2s; attempts=4")))
	for _, m := range group.Snapshot().Methods {
		if m.Method != "Client.Get" {
			assert.Nil(t, m.Layers)
			continue
		}
		require.Len(t, m.Layers, 2)
		assert.Equal(t, retry.LayerOverride, m.Layers[0].Name)
		assert.Equal(t, "linear attempts=4 base=0s max=10s", m.Layers[0].Text)
		assert.Equal(t, []string{"strategy"}, m.Layers[0].Concerns)
		assert.Equal(t, 5*time.Second, m.Layers[0].Policy.Timeout.Total)
		assert.Equal(t, retry.LayerLocal, m.Layers[1].Name)
		assert.Equal(t, "attempts=4; timeout attempt=2s total=20s", m.Layers[1].Text)
		assert.Equal(t, []string{"timeout"}, m.Layers[1].Concerns)
		assert.Equal(t, m.Policy, m.Layers[1].Policy)
	}
}

// A variable that names two things of a program is an error for the second one.
func TestEnvOverridesThatNameTwo(t *testing.T) {
	t.Setenv("TESTRETRY_A_B", "breaker off")
	override, err := retry.EnvOverrides("TESTRETRY_")
	require.NoError(t, err)
	opts := &retry.Options{Override: override}
	a, ab := retry.NewWrapper("A", policy.Policy{}, opts), retry.NewWrapper("A_B", policy.Policy{}, opts)
	a.Method("B", retry.MethodSpec{})
	a.Method("B", retry.MethodSpec{})
	assert.PanicsWithError(t, "retry: A_B.C: TESTRETRY_A_B stands for both A.B and A_B: use ParseOverrides for one of them", func() {
		ab.Method("C", retry.MethodSpec{})
	})
}
