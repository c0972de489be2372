package otelretry_test

import (
	"context"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/keys"
	"github.com/retrygen/retrygen/golden/payment"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// everything is a policy with all guards.
const everything = "simple attempts=3 delay=10ms; breaker failures=2 cooldown=1s; budget burst=5; limit concurrent=3 wait=1s"

// The gauges are there before the first call.
func TestGaugesFromTheStart(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	opts.Name = "eu"
	f := newFunc(t, everything, opts)
	assert.Equal(t, map[string]string{
		"instance=eu name=Payment.Charge state=closed":    "1",
		"instance=eu name=Payment.Charge state=open":      "0",
		"instance=eu name=Payment.Charge state=half-open": "0",
	}, m.series(t, "retrygen.breaker.state"))
	assert.Equal(t, map[string]string{
		"instance=eu mode=on name=Payment.Charge":         "1",
		"instance=eu mode=watch-only name=Payment.Charge": "0",
		"instance=eu mode=off name=Payment.Charge":        "0",
	}, m.series(t, "retrygen.breaker.mode"))
	assert.Empty(t, m.series(t, "retrygen.breaker.keys"))
	for name, want := range map[string]string{
		"retrygen.budget.tokens": "5", "retrygen.limit.active": "0", "retrygen.limit.waiting": "0", "retrygen.limit.capacity": "3",
	} {
		assert.Equal(t, map[string]string{"instance=eu name=Payment.Charge": want}, m.series(t, name), name)
	}
	goruntime.KeepAlive(f)
}

// The gauges follow the breaker, the budget and the limit.
func TestGaugesFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMeter()
		opts := m.options(t)
		opts.Group = &retry.Group{Name: "bank"}
		f := newFunc(t, everything, opts)
		state := func() string {
			for _, s := range []string{"closed", "open", "half-open"} {
				if m.series(t, "retrygen.breaker.state")["instance=bank name=bank state="+s] == "1" {
					return s
				}
			}
			return "none"
		}
		value := func(name string) string { return m.series(t, name)["instance=bank name=bank"] }

		release := make(chan struct{})
		var calls sync.WaitGroup
		for range 4 {
			calls.Go(func() {
				_ = f.Do(t.Context(), func(context.Context) error {
					<-release
					return nil
				})
			})
		}
		synctest.Wait()
		assert.Equal(t, "3", value("retrygen.limit.active"))
		assert.Equal(t, "1", value("retrygen.limit.waiting"))
		close(release)
		calls.Wait()
		assert.Equal(t, "0", value("retrygen.limit.active"))
		assert.Equal(t, "0", value("retrygen.limit.waiting"))

		d := &dependency{answers: []error{busyError{}, busyError{}}}
		require.ErrorIs(t, f.Do(t.Context(), d.do), breaker.ErrOpen)
		assert.Equal(t, "open", state())
		assert.Equal(t, "4", value("retrygen.budget.tokens"), "of one retry")
		time.Sleep(time.Second)
		require.NoError(t, f.Do(t.Context(), func(ctx context.Context) error {
			assert.Equal(t, "half-open", state())
			return nil
		}))
		assert.Equal(t, "closed", state())
		opts.Group.Breaker().ForceOpen()
		opts.Group.Breaker().SetMode(breaker.WatchOnly)
		assert.Equal(t, "1", m.series(t, "retrygen.breaker.mode")["instance=bank mode=watch-only name=bank"])
		assert.Equal(t, map[string]string{
			"from=closed instance=bank name=bank source=own to=open":      "1",
			"from=open instance=bank name=bank source=own to=half-open":   "1",
			"from=half-open instance=bank name=bank source=own to=closed": "1",
			"from=closed instance=bank name=bank source=forced to=open":   "1",
		}, m.series(t, "retrygen.breaker.transitions"))
	})
}

// A breaker for each key makes three series, however many keys there are.
func TestKeys(t *testing.T) {
	m := newMeter()
	client := keys.NewResilientHosts(nil, m.options(t))
	assert.Equal(t, map[string]string{
		"name=Hosts state=closed": "0", "name=Hosts state=open": "0", "name=Hosts state=half-open": "0",
	}, m.series(t, "retrygen.breaker.keys"))
	assert.Len(t, m.series(t, "retrygen.breaker.state"), 3, "of the one that the keys without room share")
	goruntime.KeepAlive(client)
}

// A breaker that several methods share counts once, and that of a method beside it.
func TestSharedBreakers(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	client := payment.NewResilientPaymentClient(nil, opts)
	assert.Equal(t, "1", m.series(t, "retrygen.breaker.state")["name=PaymentClient state=closed"])
	assert.Equal(t, strconv.Itoa(policy.DefaultBudget().Burst), m.series(t, "retrygen.budget.tokens")["name=PaymentClient"])
	goruntime.KeepAlive(client)
}

// A guard that some methods have instead of the shared one counts once, however many they
// are. When the method whose name it has gets yet another one, both count.
func TestGuardsThatMethodsAdopt(t *testing.T) {
	m := newMeter()
	shared, err := policy.Parse("breaker failures=2; budget burst=2; limit concurrent=2")
	require.NoError(t, err)
	opts := m.options(t)
	opts.Group = new(retry.Group)
	w := retry.NewWrapper("Client", shared, opts)
	for _, name := range []string{"A", "B", "C"} {
		own, err := policy.Parse("simple attempts=2")
		require.NoError(t, err)
		w.Method(name, retry.MethodSpec{Policy: own, SharedBreaker: true, SharedBudget: true, SharedLimit: true})
	}
	w.Made()
	set := func(method, n string) {
		patch, err := policy.ParsePatch("breaker failures=" + n + "; budget burst=" + n + "; limit concurrent=" + n)
		require.NoError(t, err)
		require.NoError(t, opts.Group.SetPolicy(method, patch))
	}
	check := func(name, breakers, tokens, places string) {
		t.Helper()
		assert.Equal(t, breakers, m.series(t, "retrygen.breaker.state")["name="+name+" state=closed"])
		assert.Equal(t, breakers, m.series(t, "retrygen.breaker.mode")["mode=on name="+name])
		assert.Equal(t, tokens, m.series(t, "retrygen.budget.tokens")["name="+name])
		assert.Equal(t, places, m.series(t, "retrygen.limit.capacity")["name="+name])
	}
	set("Client.A", "7")
	set("Client.B", "7")
	check("Client", "1", "2", "2")
	check("Client.A", "1", "7", "7")
	set("Client.A", "9")
	check("Client", "1", "2", "2")
	check("Client.A", "2", "16", "16")
	goruntime.KeepAlive(opts)
}

// Wrappers with equal names are added up, also if they have options of their own. Each
// disappears when it is collected.
func TestEqualNames(t *testing.T) {
	m := newMeter()
	a := newFunc(t, everything, m.options(t))
	b := newFunc(t, everything, m.options(t))
	shared := m.options(t)
	c, d := newFunc(t, everything, shared), newFunc(t, everything, shared)
	tokens := func() string { return m.series(t, "retrygen.budget.tokens")["name=Payment.Charge"] }
	assert.Equal(t, "20", tokens())
	assert.Equal(t, "4", m.series(t, "retrygen.breaker.state")["name=Payment.Charge state=closed"])
	assert.Equal(t, "12", m.series(t, "retrygen.limit.capacity")["name=Payment.Charge"])
	goruntime.KeepAlive(a)
	goruntime.KeepAlive(b)
	require.Eventually(t, func() bool {
		goruntime.GC()
		return tokens() == "10"
	}, 10*time.Second, time.Millisecond)
	goruntime.KeepAlive(c)
	goruntime.KeepAlive(d)
}

// A gauge says who decided the present state of a breaker, and another one how near it is to
// opening: of several breakers with equal names, the nearest.
func TestSourcesAndPressure(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	opts.Group = &retry.Group{Name: "bank"}
	f := newFunc(t, everything, opts)
	source := func() (source string) {
		for name, value := range m.series(t, "retrygen.breaker.source") {
			if value == "1" {
				source += strings.TrimPrefix(name, "instance=bank name=bank source=")
			}
		}
		return source
	}
	b := opts.Group.Breaker()
	assert.Equal(t, "own", source())
	require.True(t, b.OpenFor(time.Minute))
	assert.Equal(t, "remote", source())
	require.True(t, b.ForceRemote(breaker.Open))
	assert.Equal(t, "remote-forced", source())
	b.ForceClose()
	assert.Equal(t, "forced", source())
	assert.Len(t, m.series(t, "retrygen.breaker.source"), 4)
	goruntime.KeepAlive(f)

	a, c := newFunc(t, everything, m.options(t)), newFunc(t, everything, m.options(t))
	d := &dependency{answers: []error{busyError{}}}
	assert.Equal(t, "0", m.series(t, "retrygen.breaker.pressure")["name=Payment.Charge"])
	require.NoError(t, a.Do(t.Context(), func(ctx context.Context) error {
		if err := d.do(ctx); err != nil {
			return err
		}
		assert.Equal(t, "0.5", m.series(t, "retrygen.breaker.pressure")["name=Payment.Charge"], "1 of 2 failures")
		return nil
	}))
	goruntime.KeepAlive(c)
}

// Each layer that changes the policy of a method shows.
func TestLayers(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	opts.Group = new(retry.Group)
	f := newFunc(t, "simple attempts=3", opts)
	override, err := policy.ParseOverrides("Payment.Charge: attempts=2")
	require.NoError(t, err)
	require.NoError(t, opts.Group.Steer(retry.Steering{Policies: override}))
	assert.Equal(t, map[string]string{
		"layer=override method=Payment.Charge": "0",
		"layer=fleet method=Payment.Charge":    "1",
		"layer=local method=Payment.Charge":    "0",
	}, m.series(t, "retrygen.policy.layers"))
	assert.Equal(t, map[string]string{"method=Payment.Charge": "0"}, m.series(t, "retrygen.policy.refused"))
	goruntime.KeepAlive(f)
}

// Chaos shows while it is on and the wrappers are, and each disturbance counts.
func TestChaos(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	opts.Group = new(retry.Group)
	f := newFunc(t, "simple attempts=3", opts)
	active := func() string { return m.series(t, "retrygen.chaos.active")["method=Payment.Charge"] }
	assert.Equal(t, "0", active())
	require.NoError(t, opts.Group.SetChaos("Payment.Charge", &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 1}}}))
	require.ErrorIs(t, f.Do(t.Context(), func(context.Context) error { return nil }), retry.ErrExhausted)
	assert.Equal(t, "1", active())
	assert.Equal(t, map[string]string{"kind=error method=Payment.Charge": "3"}, m.series(t, "retrygen.chaos.disturbances"))
	opts.Group.SetEnabled(false)
	assert.Equal(t, "0", active())
}

// Wrappers that are made for one request each leave nothing behind.
func TestManyWrappers(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	for range 1000 {
		newFunc(t, everything, opts)
	}
	require.Eventually(t, func() bool {
		goruntime.GC()
		return len(m.series(t, "retrygen.budget.tokens")) == 0
	}, 10*time.Second, time.Millisecond)
	goruntime.KeepAlive(opts)
}

// Calls, wrappers and collections do not disturb each other.
func TestConcurrent(t *testing.T) {
	m := newMeter()
	var all sync.WaitGroup
	const wrappers, calls = 8, 50
	for range wrappers {
		all.Go(func() {
			f := newFunc(t, everything, m.options(t))
			for range calls {
				assert.NoError(t, f.Do(t.Context(), func(context.Context) error { return nil }))
				m.metrics(t)
			}
		})
	}
	all.Wait()
	assert.Contains(t, m.series(t, "retrygen.call.duration")["method=Payment.Charge outcome=success"], "400 times")
}
