package promretry_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/adapters/prometheus/internal/shop"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A wrapper that has made no call has all its gauges, one for each state and mode.
func TestGaugesArePresentFromTheStart(t *testing.T) {
	r := newRig(t)
	want := map[string]float64{
		"budget_tokens{name=Client}":        10,
		"limit_active{name=Client.Print}":   0,
		"limit_waiting{name=Client.Print}":  0,
		"limit_capacity{name=Client.Print}": 1,
	}
	for _, name := range []string{"Client", "Client.Stock"} {
		for state, n := range map[string]float64{"closed": 1, "open": 0, "half-open": 0} {
			want["breaker_state{name="+name+" state="+state+"}"] = n
		}
		for mode, n := range map[string]float64{"on": 1, "watch-only": 0, "off": 0} {
			want["breaker_mode{mode="+mode+" name="+name+"}"] = n
		}
		for source, n := range map[string]float64{"own": 1, "forced": 0, "remote": 0, "remote-forced": 0} {
			want["breaker_source{name="+name+" source="+source+"}"] = n
		}
		want["breaker_pressure{name="+name+"}"] = 0
	}
	for _, state := range []string{"closed", "open", "half-open"} {
		want["breaker_keys{name=Client.Stock state="+state+"}"] = 0
	}
	for _, method := range []string{"Pay", "Price", "Offers", "Stock", "Print"} {
		want["chaos_active{method=Client."+method+"}"] = 0
		want["policy_refused{method=Client."+method+"}"] = 0
		for _, layer := range []string{"override", "fleet", "local"} {
			want["policy_layers{layer="+layer+" method=Client."+method+"}"] = 0
		}
	}
	got := gather(t, r.registry)
	for name := range got {
		if !isGauge(name) {
			delete(got, name)
		}
	}
	assert.Equal(t, want, got)
}

// The counters of what a method and a breaker may do begin at zero.
func TestCountersArePresentFromTheStart(t *testing.T) {
	got := gather(t, newRig(t).registry)
	for _, name := range []string{
		"call_duration_seconds_count{method=Client.Pay outcome=success}",
		"attempt_duration_seconds_count{method=Client.Pay ruling=success}",
		"rejections_total{method=Client.Pay reason=breaker_open}",
		"rejections_total{method=Client.Pay reason=retry_after}",
		"breaker_transitions_total{from=closed name=Client source=own to=open}",
	} {
		assert.Contains(t, got, name)
		assert.Zero(t, got[name], name)
	}
}

// Two groups whose guards have the same labels are added up. As two series of the same
// labels they would make every scrape fail.
func TestGuardsWithEqualLabelsAreAddedUp(t *testing.T) {
	r := newRig(t)
	second := shop.NewResilientClient(r.client, r.opts) // the Options name no Group, so this is one of its own
	second.Group().Breaker().ForceOpen()
	got := r.gauges(t)
	assert.Equal(t, 1.0, got["breaker_state{name=Client state=closed}"])
	assert.Equal(t, 1.0, got["breaker_state{name=Client state=open}"])
	assert.Equal(t, 2.0, got["breaker_mode{mode=on name=Client}"])
	assert.Equal(t, 20.0, got["budget_tokens{name=Client}"])
	assert.Equal(t, 2.0, got["limit_capacity{name=Client.Print}"])
	runtime.KeepAlive(second)
}

// What several wrappers of a group share counts once.
func TestASharedGroupCountsOnce(t *testing.T) {
	r := newRig(t)
	opts := &retry.Options{Group: &retry.Group{Name: "shops"}}
	r.metrics.Instrument(opts)
	for range 3 {
		shop.NewResilientClient(r.client, opts)
	}
	got := r.gauges(t)
	assert.Equal(t, 1.0, got["breaker_state{instance_name=shops name=shops state=closed}"], got)
	assert.Equal(t, 10.0, got["budget_tokens{instance_name=shops name=shops}"], got)
	assert.Equal(t, 1.0, got["limit_capacity{instance_name=shops name=Client.Print}"], got)
	runtime.KeepAlive(opts)
}

// A guard that some methods have instead of the shared one counts once, however many they
// are. When the method whose name it has gets yet another one, both count.
func TestGuardsThatMethodsAdoptCountOnce(t *testing.T) {
	r := newRig(t)
	set := func(method, n string) {
		patch, err := policy.ParsePatch("breaker failures=" + n + "; budget burst=" + n)
		require.NoError(t, err)
		require.NoError(t, r.client.Group().SetPolicy(method, patch))
	}
	set("Client.Pay", "7")
	set("Client.Offers", "7")
	set("Client.Print", "7")
	got := r.gauges(t)
	assert.Equal(t, 1.0, got["breaker_state{name=Client state=closed}"])
	assert.Equal(t, 1.0, got["breaker_state{name=Client.Pay state=closed}"])
	assert.Equal(t, 1.0, got["breaker_mode{mode=on name=Client.Pay}"])
	assert.Equal(t, 7.0, got["budget_tokens{name=Client.Pay}"])
	assert.NotContains(t, got, "breaker_state{name=Client.Offers state=closed}", "it has the one of Pay")

	set("Client.Pay", "9")
	got = r.gauges(t)
	assert.Equal(t, 2.0, got["breaker_state{name=Client.Pay state=closed}"], "the other methods keep the one before")
	assert.Equal(t, 16.0, got["budget_tokens{name=Client.Pay}"])
}

// Methods that have one breaker for all calls and methods that have one for each key can
// share a breaker's settings. All are counted.
func TestABreakerWithAndWithoutKeys(t *testing.T) {
	r := newRig(t)
	w := retry.NewWrapper("Mixed", policy.Policy{Breaker: policy.Breaker{Failures: 1}}, r.opts)
	plain := w.Method("Plain", retry.MethodSpec{SharedBreaker: true})
	keyed := w.Method("Keyed", retry.MethodSpec{SharedBreaker: true, Keyed: true})
	w.Made()
	require.Error(t, plain.Do(t.Context(), func(context.Context) error { return errors.New("down") }))
	got := r.gauges(t)
	assert.Equal(t, 1.0, got["breaker_state{name=Mixed state=open}"], "of the calls without a key")
	assert.Equal(t, 1.0, got["breaker_state{name=Mixed state=closed}"], "of the keys without room")
	runtime.KeepAlive(keyed)
}

// Each key with a breaker of its own is in one state, forced or not.
func TestKeysByState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		stock := func(shelf string, answers ...shop.Answer) {
			r.server.Plan("/stock", answers...)
			_, _ = r.client.Stock(t.Context(), shelf)
		}
		const method = "Client.Stock"
		r.client.Group().KeyBreaker(method, "forced open").ForceOpen()
		r.client.Group().KeyBreaker(method, "forced closed").ForceClose()
		stock("half-open", shop.Answer{Status: 503})
		time.Sleep(time.Second)
		stock("open", shop.Answer{Status: 503})
		go stock("half-open", shop.Answer{Status: 200, After: time.Second})
		synctest.Wait()
		got := r.gauges(t)
		assert.Equal(t, 1.0, got["breaker_keys{name=Client.Stock state=closed}"])
		assert.Equal(t, 2.0, got["breaker_keys{name=Client.Stock state=open}"])
		assert.Equal(t, 1.0, got["breaker_keys{name=Client.Stock state=half-open}"])
		time.Sleep(time.Second)
	})
}

func TestAttemptsThatWaitForTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		f, err := retry.NewFunc("Maps.Geocode", "limit concurrent=2 wait=1m", r.opts)
		require.NoError(t, err)
		for range 5 {
			go func() {
				_ = f.Do(t.Context(), func(context.Context) error {
					time.Sleep(time.Second)
					return nil
				})
			}()
		}
		synctest.Wait()
		got := r.gauges(t)
		assert.Equal(t, 2.0, got["limit_active{name=Maps.Geocode}"])
		assert.Equal(t, 3.0, got["limit_waiting{name=Maps.Geocode}"])
		assert.Equal(t, 2.0, got["limit_capacity{name=Maps.Geocode}"])
		time.Sleep(3 * time.Second)
		synctest.Wait() // the last call ends at this very moment
		got = r.counted(t)
		assert.InDelta(t, 1+1+2, got["call_retry_delay_seconds_sum{method=Maps.Geocode}"], 1e-9)
		assert.Equal(t, 3.0, got["call_retry_delay_seconds_count{method=Maps.Geocode}"])
		runtime.KeepAlive(f)
	})
}

// A gauge says who decided the present state of a breaker, and the counter of changes who
// decided each of them.
func TestSourcesOfStates(t *testing.T) {
	r := newRig(t)
	b := r.client.Group().Breaker()
	source := func(want string) {
		t.Helper()
		for name, value := range r.gauges(t) {
			if strings.HasPrefix(name, "breaker_source{name=Client ") {
				assert.Equal(t, "breaker_source{name=Client source="+want+"}", name)
				assert.Equal(t, 1.0, value)
			}
		}
	}
	source("own")
	require.True(t, b.OpenFor(time.Minute))
	source("remote")
	require.True(t, b.CloseRemote())
	source("own")
	require.True(t, b.ForceRemote(breaker.Open))
	source("remote-forced")
	b.ForceClose()
	source("forced")
	b.Reset()
	source("remote-forced")
	require.True(t, b.ResetRemote())
	got := r.counted(t)
	for change, n := range map[string]float64{
		"from=closed name=Client source=remote to=open":        1,
		"from=open name=Client source=remote to=closed":        2, // by CloseRemote and ResetRemote
		"from=closed name=Client source=remote-forced to=open": 2, // by ForceRemote, and by Reset
		"from=open name=Client source=forced to=closed":        1,
	} {
		assert.Equal(t, n, got["breaker_transitions_total{"+change+"}"], change)
	}
}

// The pressure is that of the breaker which is the nearest to opening.
func TestPressure(t *testing.T) {
	r := newRig(t)
	second := shop.NewResilientClient(r.client, r.opts)
	r.server.Plan("/pay", shop.Answer{Status: 503}, shop.Answer{Status: 503}, shop.Answer{Status: 503})
	_, err := r.client.Pay(t.Context(), "order")
	require.ErrorIs(t, err, retry.ErrExhausted)
	assert.Equal(t, 0.5, r.gauges(t)["breaker_pressure{name=Client}"], "3 of 6 failures")
	runtime.KeepAlive(second)
}

// Each layer that changes the policy of a method shows, and so does a method that leaves one out.
func TestLayers(t *testing.T) {
	r := newRig(t)
	override, err := policy.ParseOverrides("Client.Pay: breaker failures=9\nClient.Later: timeout total=1s")
	require.NoError(t, err)
	group := r.client.Group()
	require.NoError(t, group.Steer(retry.Steering{Policies: override}))
	patch, err := policy.ParsePatch("timeout total=5s")
	require.NoError(t, err)
	require.NoError(t, group.SetPolicy("Client.Pay", patch))
	opts := *r.opts
	opts.Group = group
	retry.NewWrapper("Client", policy.Policy{}, &opts).Method("Later", retry.MethodSpec{NoContext: true})
	got := r.gauges(t)
	assert.Equal(t, 1.0, got["policy_layers{layer=fleet method=Client.Pay}"])
	assert.Equal(t, 1.0, got["policy_layers{layer=local method=Client.Pay}"])
	assert.NotContains(t, got, "policy_layers{layer=override method=Client.Pay}")
	assert.NotContains(t, got, "policy_layers{layer=fleet method=Client.Print}")
	assert.Equal(t, 1.0, got["policy_refused{method=Client.Later}"])
	assert.NotContains(t, got, "policy_layers{layer=fleet method=Client.Later}")
}

// Chaos shows while it is on and the wrappers are, and each disturbance counts.
func TestChaos(t *testing.T) {
	r := newRig(t)
	group := r.client.Group()
	always := &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 1}}}
	require.NoError(t, group.SetChaos("Client.Pay", always))
	_, err := r.client.Pay(t.Context(), "order")
	require.ErrorIs(t, err, retry.ErrExhausted)
	assert.Equal(t, 1.0, r.gauges(t)["chaos_active{method=Client.Pay}"])
	assert.NotContains(t, r.gauges(t), "chaos_active{method=Client.Print}")
	assert.Equal(t, 3.0, r.counted(t)["chaos_disturbances_total{kind=error method=Client.Pay}"])
	group.SetEnabled(false)
	assert.NotContains(t, r.gauges(t), "chaos_active{method=Client.Pay}")
	group.SetEnabled(true)
	require.NoError(t, group.SetChaos("Client.Pay", nil))
	assert.NotContains(t, r.gauges(t), "chaos_active{method=Client.Pay}")
}

func TestInstancesAreToldApart(t *testing.T) {
	r := newRig(t)
	west := &retry.Options{Name: "west"}
	r.metrics.Instrument(west)
	client := shop.NewResilientClient(r.client, west)
	_, err := client.Pay(t.Context(), "order")
	require.NoError(t, err)
	got := gather(t, r.registry)
	assert.Equal(t, 1.0, got["call_duration_seconds_count{instance_name=west method=Client.Pay outcome=success}"])
	assert.Equal(t, 1.0, got["call_duration_seconds_count{method=Client.Pay outcome=success}"], "the one below")
	assert.Equal(t, 1.0, got["breaker_state{instance_name=west name=Client state=closed}"])
	runtime.KeepAlive(client)
}

// The metrics keep no group alive. One that nobody uses any more disappears, and the next
// scrape works.
func TestAGroupThatIsGoneDisappears(t *testing.T) {
	registry := prometheus.NewRegistry()
	opts := &retry.Options{}
	promretry.New(registry).Instrument(opts)
	client := shop.NewResilientClient(nil, opts)
	assert.Contains(t, gather(t, registry), "breaker_state{name=Client state=closed}")
	runtime.KeepAlive(client)

	runtime.GC()
	for name := range gather(t, registry) {
		assert.False(t, isGauge(name), name)
	}
	assert.Contains(t, gather(t, registry), "rejections_total{method=Client.Pay reason=budget}", "counters stay")

	other := shop.NewResilientClient(nil, opts)
	assert.Equal(t, 1.0, gather(t, registry)["breaker_state{name=Client state=closed}"])
	runtime.KeepAlive(other)
}

// A program that makes a wrapper for each request and is never scraped does not collect
// what is gone.
func TestGroupsThatAreGoneAreForgotten(t *testing.T) {
	registry := prometheus.NewRegistry()
	metrics := promretry.New(registry)
	opts := &retry.Options{}
	metrics.Instrument(opts)
	for i := range 5000 {
		shop.NewResilientClient(nil, opts)
		if i%500 == 0 {
			runtime.GC()
		}
	}
	assert.Less(t, metrics.Groups(), 2000)
}

func TestNamesThatAreNotTextAreMended(t *testing.T) {
	r := newRig(t)
	opts := &retry.Options{Name: "a\xffb"}
	r.metrics.Instrument(opts)
	f, err := retry.NewFunc("Maps.\xfe", "simple attempts=1; breaker failures=1", opts)
	require.NoError(t, err)
	require.Error(t, f.Do(t.Context(), func(context.Context) error { return errors.New("down") }))
	got := gather(t, r.registry)
	assert.Equal(t, 1.0, got["breaker_state{instance_name=a\uFFFDb name=Maps.\uFFFD state=open}"], got)
	assert.Equal(t, 1.0, got["breaker_transitions_total{from=closed instance_name=a\uFFFDb name=Maps.\uFFFD source=own to=open}"], got)
	runtime.KeepAlive(f)
}

// Calls, scrapes and new wrappers at the same time: for the race detector.
func TestConcurrentUse(t *testing.T) {
	r := newRig(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 50 {
			opts := &retry.Options{Name: strconv.Itoa(i % 7)}
			r.metrics.Instrument(opts)
			client := shop.NewResilientClient(r.client, opts)
			for range 20 {
				_, _ = client.Pay(t.Context(), "order")
			}
		}
	}()
	for {
		_, err := r.registry.Gather()
		require.NoError(t, err)
		select {
		case <-done:
			assert.Equal(t, 1000.0, r.counted(t)["call_duration_seconds_count{method=Client.Pay outcome=success}"])
			return
		default:
		}
	}
}
