package retrypage

import (
	"context"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// What the page says of a dependency in each state.
func TestStates(t *testing.T) {
	tests := []struct {
		name    string
		shared  string
		happens func(t *testing.T, g *retry.Group, m *retry.Method) // a call that fails makes two attempts
		level   level
		state   string
		first   string // problem
	}{
		{"closed", "breaker failures=4", func(*testing.T, *retry.Group, *retry.Method) {}, fine, "closed: calls pass", ""},
		{"one failed call", "breaker failures=8", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 1) }, fine, "closed: calls pass", ""},
		{"near", "breaker failures=8", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 3) },
			warn, "closed: calls pass", "Breaker closed: it is 75% of the way to opening: 6 of 8 failures in a row."},
		{"near a rate", "breaker rate=50% min=10", func(t *testing.T, _ *retry.Group, m *retry.Method) { succeed(t, m, 7); fail(t, m, 3) },
			warn, "closed: calls pass", "30% of the calls of the last minute failed: 3 of 10."},
		{"few for a rate", "breaker rate=50% min=20", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 4) }, fine, "closed: calls pass", ""},
		{"not yet enough for a rate", "breaker rate=50% min=10", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 4) },
			warn, "closed: calls pass", "Breaker closed: it is 80% of the way to opening: 100% of 8 calls failed."},
		{"open on the word of others", "breaker failures=9", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.Breaker().OpenFor(20 * time.Second) },
			bad, "open: calls are refused", "Breaker open: other processes of the fleet say that the dependency fails, so calls are refused at once. Next probe in 20s."},
		{"forced open by the fleet", "breaker failures=9", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.Breaker().ForceRemote(breaker.Open) },
			bad, "forced open: calls are refused", "Breaker forced open: the operator of the fleet refuses every call."},
		{"forced closed by the fleet", "breaker failures=9", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.Breaker().ForceRemote(breaker.Closed) },
			warn, "forced closed: calls pass", "Breaker forced closed: the operator of the fleet admits every call, whatever fails."},
		{"watches because the fleet says so", "breaker failures=9", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			require.NoError(t, g.Steer(retry.Steering{Mode: map[string]breaker.Mode{"*": breaker.WatchOnly}}))
		}, note, "watch only: calls pass", "Breaker watch only: it counts, but it refuses nothing. The operator of the fleet has set that."},
		{"off here, and the fleet says watch only", "breaker failures=9", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			require.NoError(t, g.Steer(retry.Steering{Mode: map[string]breaker.Mode{"*": breaker.WatchOnly}}))
			g.SetBreakerMode(breaker.Off)
		}, warn, "breaker switched off: calls pass", "Breaker switched off: it counts nothing and refuses nothing."},
		{"disabled by the fleet", "breaker failures=9", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			require.NoError(t, g.Steer(retry.Steering{Disabled: map[string]bool{"Client": true}}))
		}, warn, "switched off: calls pass unguarded", "Switched off by the operator of the fleet: calls pass straight through, without retries, timeouts and breaker."},
		{"a policy that a method cannot have", "breaker failures=9", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			steer(t, g, "Client.Put: timeout total=1s")
			retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: g}).Method("Put", retry.MethodSpec{NoContext: true})
		}, warn, "closed: calls pass", "Client.Put cannot have a policy that somebody has set, and runs without it. fleet: a timeout needs a context, and the method has none."},
		{"open", "breaker failures=1 cooldown=9500ms", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 1) },
			bad, "open: calls are refused", "Breaker open: calls are refused at once. Next probe in 10s."},
		{"open again", "breaker failures=1 cooldown=5s", func(t *testing.T, _ *retry.Group, m *retry.Method) {
			fail(t, m, 1)
			time.Sleep(5 * time.Second)
			fail(t, m, 1)
		}, bad, "open: calls are refused", "Breaker open: calls are refused at once. Next probe in 5s. It has opened 2 times in a row."},
		{"due", "breaker failures=1 cooldown=5s", func(t *testing.T, _ *retry.Group, m *retry.Method) {
			fail(t, m, 1)
			time.Sleep(6 * time.Second)
		}, bad, "open: calls are refused", "Breaker open: calls are refused at once. The next call is a probe."},
		{"half-open", "breaker failures=1 cooldown=1s successes=2", func(t *testing.T, _ *retry.Group, m *retry.Method) {
			fail(t, m, 1)
			time.Sleep(time.Second)
			succeed(t, m, 1)
		}, warn, "half-open: only probes pass", "Breaker half-open: the next call is a probe."},
		{"forced open", "breaker failures=1", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.Breaker().ForceOpen() },
			bad, "forced open: calls are refused", "Breaker forced open: every call is refused until somebody resets it."},
		{"forced closed", "breaker failures=1", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.Breaker().ForceClose() },
			warn, "forced closed: calls pass", "Breaker forced closed: every call is admitted, whatever fails, until somebody resets it."},
		{"off", "breaker failures=1", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.SetBreakerMode(breaker.Off) },
			warn, "breaker switched off: calls pass", "Breaker switched off: it counts nothing and refuses nothing."},
		{"watches", "breaker failures=1", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.SetBreakerMode(breaker.WatchOnly) },
			note, "watch only: calls pass", "Breaker watch only: it counts, but it refuses nothing."},
		{"watches, open", "breaker failures=1", func(t *testing.T, g *retry.Group, m *retry.Method) {
			g.SetBreakerMode(breaker.WatchOnly)
			fail(t, m, 1)
		}, warn, "open, watch only: calls pass", "Breaker open, watch only: it would refuse calls, but it only watches."},
		{"disabled", "breaker failures=1", func(_ *testing.T, g *retry.Group, _ *retry.Method) { g.SetEnabled(false) },
			warn, "switched off: calls pass unguarded", "Switched off: calls pass straight through, without retries, timeouts and breaker."},
		{"no breaker", "budget", func(*testing.T, *retry.Group, *retry.Method) {}, fine, "no breaker: calls pass", ""},
		{"no breaker, fails", "budget", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 20) },
			bad, "no breaker: calls pass", "100% of the calls of the last minute failed: 20 of 20."},
		{"low budget", "budget burst=8", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 7) },
			warn, "no breaker: calls pass", "The retry budget is low: 1 of 8 tokens."},
		{"empty budget", "budget burst=8", func(t *testing.T, _ *retry.Group, m *retry.Method) { fail(t, m, 8) },
			warn, "no breaker: calls pass", "The retry budget is empty: calls that fail are not retried."},
		{"full limit", "limit concurrent=1", func(t *testing.T, _ *retry.Group, m *retry.Method) {
			end := make(chan struct{})
			t.Cleanup(func() { close(end) })
			go func() { _ = m.Do(context.Background(), func(context.Context) error { <-end; return nil }) }()
			synctest.Wait()
		}, warn, "no breaker: calls pass", "The limit is full: 1 of 1 run."},
		{"override", "breaker failures=2", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			require.NoError(t, g.SetPolicy("Client.Get", parse(t, "simple attempts=1").Patch()))
		}, note, "closed: calls pass", "1 method runs under a policy that the source does not say."},
		{"chaos", "breaker failures=2", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			require.NoError(t, g.SetChaos("Client", errorChaos(0)))
		}, warn, "closed: calls pass", "Chaos is on: it disturbs attempts of Client.Get on purpose (0.001% error)."},
		{"chaos in several methods", "breaker failures=2", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			clientOf(t, g, "Client", "Put", "breaker failures=2", "simple attempts=1")
			require.NoError(t, g.SetChaos("Client", errorChaos(0)))
		}, warn, "closed: calls pass", "Chaos is on: it disturbs attempts of 2 methods on purpose (0.001% error)."},
		{"chaos of different kinds", "breaker failures=2", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			clientOf(t, g, "Client", "Put", "breaker failures=2", "simple attempts=1")
			require.NoError(t, g.SetChaos("Client.Get", errorChaos(0)))
			require.NoError(t, g.SetChaos("Client.Put", errorChaos(0.5)))
		}, warn, "closed: calls pass", "Chaos is on: it disturbs attempts of 2 methods on purpose."},
		{"chaos opens the breaker", "breaker failures=2", func(t *testing.T, g *retry.Group, m *retry.Method) {
			require.NoError(t, g.SetChaos("Client", errorChaos(1)))
			require.Error(t, m.Do(t.Context(), func(context.Context) error { return nil }))
		}, bad, "open: calls are refused", "Breaker open: calls are refused at once. Next probe in 30s."},
		{"chaos, disabled", "breaker failures=2", func(t *testing.T, g *retry.Group, _ *retry.Method) {
			require.NoError(t, g.SetChaos("Client", errorChaos(1)))
			g.SetEnabled(false)
		}, warn, "switched off: calls pass unguarded", "Switched off: calls pass straight through, without retries, timeouts and breaker."},
		{"own breaker", "breaker failures=2", func(t *testing.T, g *retry.Group, m *retry.Method) {
			clientOf(t, g, "Client", "Put", "breaker failures=2", "simple attempts=1") // keeps the shared one
			require.NoError(t, g.SetPolicy("Client.Get", parse(t, "simple attempts=1; breaker failures=1").Patch()))
			fail(t, m, 1)
		}, bad, "open in part: calls of Client.Get are refused", "Client.Get: Breaker open: calls are refused at once. Next probe in 30s."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group := new(retry.Group)
				m := clientOf(t, group, "Client", "Get", tt.shared, "simple attempts=2 delay=0s")
				page := pageOf(t, Config{Groups: Groups(group), Counting: true})
				page.observe()
				tt.happens(t, group, m)
				time.Sleep(time.Nanosecond)
				d := page.observe().Dependencies[0]
				assert.Equal(t, tt.level, d.Level)
				assert.Equal(t, tt.state, d.State+": "+d.Meaning)
				first := ""
				if d.Problems != nil {
					first = d.Problems[0].Text
				}
				assert.Equal(t, tt.first, first)
			})
		})
	}
}

// errorChaos fails a share of the attempts, and at least one in a hundred thousand.
func errorChaos(share float64) *retry.Chaos {
	return &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: max(share, 1e-5)}}}
}

// steer does what an operator of a fleet says.
func steer(t *testing.T, g *retry.Group, text string) {
	t.Helper()
	list, err := policy.ParseOverrides(text)
	require.NoError(t, err)
	require.NoError(t, g.Steer(retry.Steering{Policies: list}))
}

// The page says of each state, mode and part of a policy who decided it.
func TestSources(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow})
	b := group.Breaker()
	gauges := func() string { return frameOf(page.observe()).Parts["d1-gauges"] }
	assert.NotContains(t, gauges(), "by itself", "it has always been closed")
	for _, tt := range []struct {
		do     func()
		source source
		words  string
	}{
		{func() { b.OpenFor(time.Minute) }, remote, "on the word of the fleet"},
		{func() { b.ForceRemote(breaker.Closed) }, remoteForced, "forced by the fleet"},
		{b.ForceOpen, forced, "forced here"},
		{func() { b.ResetRemote(); b.Reset() }, own, "by itself"},
	} {
		tt.do()
		assert.Contains(t, gauges(), ", "+tt.words+"<br>")
		assert.Equal(t, tt.source, page.observe().Dependencies[0].Breakers[0].Source)
	}
	require.NoError(t, group.Steer(retry.Steering{
		Policies: []policy.Override{{Name: "Payments", Patch: patch(t, "attempts=3")}}, Mode: map[string]breaker.Mode{"*": breaker.WatchOnly},
	}))
	assert.Contains(t, gauges(), "mode watch-only by the fleet")
	assert.Equal(t, retry.LayerFleet, page.observe().Dependencies[0].Breakers[0].ModeBy)
	methods := frameOf(page.observe()).Parts["d1-methods"]
	assert.Contains(t, methods, `<span class="tag">fleet</span> <span class="source">source: <code>simple attempts=2`)
	require.NoError(t, group.SetPolicy("Payments.Charge", patch(t, "attempts=9")))
	w := post(t, page, "/preview", url.Values{"dependency": {"d1"}, "method": {"Payments.Charge"}, "policy": {""}})
	assert.Contains(t, w.Body.String(), "up to 3 attempts", "what the fleet says stays")
}

func patch(t *testing.T, text string) policy.Patch {
	t.Helper()
	p, err := policy.ParsePatch(text)
	require.NoError(t, err)
	return p
}

// Chaos is marked wherever something looks like an outage.
func TestChaosIsMarked(t *testing.T) {
	group, charge := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Counting: true})
	assert.Equal(t, "The dependency works", page.observe().Verdict)
	require.NoError(t, group.SetChaos("Payments", errorChaos(1)))
	require.Error(t, charge.Do(t.Context(), func(context.Context) error { return nil }))
	v := page.observe()
	assert.Equal(t, "The dependency fails · chaos is on", v.Verdict)
	assert.Equal(t, "✕ The dependency fails · chaos is on · retry", v.tabTitle())
	assert.True(t, v.Dependencies[0].Chaos)
	assert.Equal(t, "100% error", v.Dependencies[0].Methods[0].Chaos)
	parts := frameOf(v).Parts
	assert.Contains(t, parts["problems"], `<span class="tag test">chaos</span>: Breaker open`)
	assert.Contains(t, parts["d1-head"], "chaos is on")
	assert.Contains(t, parts["d1-methods"], "chaos: 100% error")
}

func succeed(t *testing.T, m *retry.Method, n int) {
	t.Helper()
	for range n {
		require.NoError(t, m.Do(t.Context(), func(context.Context) error { return nil }))
	}
}

// A breaker that two methods have instead of the shared one is shown once.
func TestBreakersAreShownOnce(t *testing.T) {
	group := new(retry.Group)
	for _, method := range []string{"Get", "Put", "List"} {
		clientOf(t, group, "Client", method, "breaker failures=2; budget burst=9; limit concurrent=9", "simple attempts=2")
	}
	for _, method := range []string{"Client.Get", "Client.Put"} {
		require.NoError(t, group.SetPolicy(method, parse(t, "breaker failures=7; budget burst=7; limit concurrent=7").Patch()))
	}
	d := pageOf(t, Config{Groups: Groups(group)}).observe().Dependencies[0]
	require.Len(t, d.Breakers, 2)
	assert.Equal(t, "after 2 failures in a row, for 30s", d.Breakers[0].Opens)
	assert.Equal(t, "after 7 failures in a row, for 30s", d.Breakers[1].Opens)
	assert.Equal(t, "Client.Get", d.Breakers[1].Method)
	assert.Len(t, d.Budgets, 2)
	assert.Len(t, d.Limits, 2)
	require.NoError(t, group.SetPolicy("Client", parse(t, "breaker off").Patch()))
	d = pageOf(t, Config{Groups: Groups(group)}).observe().Dependencies[0]
	require.Len(t, d.Breakers, 1)
	assert.Equal(t, "after 2 failures in a row, for 30s", d.Breakers[0].Opens, "as the source says")
}

func TestMeterOf(t *testing.T) {
	for _, tt := range []struct {
		part, whole float64
		want        meter
	}{{0, 10, 0}, {5, 10, 50}, {10, 10, 100}, {20, 10, 100}, {1, 1e6, 1}, {999_999, 1e6, 99}, {3, 0, 0}} {
		assert.Equal(t, tt.want, meterOf(tt.part, tt.whole))
	}
}

func TestRate(t *testing.T) {
	for want, n := range map[string]float64{"0/s": 0, "<0.1/s": 0.01, "0.3/s": 0.3, "2/s": 2, "9.5/s": 9.5, "12/s": 12.3, "1235/s": 1234.6} {
		assert.Equal(t, want, rate(n))
	}
}

// A concern of the policy in force is compared with the source.
func TestConcerns(t *testing.T) {
	declared := parse(t, "simple attempts=2 delay=1s; timeout total=5s; breaker failures=3")
	list := concernsOf(declared, declared.Overlay(parse(t, "timeout total=9s; limit concurrent=2")), []retry.PolicyLayer{
		{Name: retry.LayerOverride, Concerns: []string{"timeout", "limit"}},
		{Name: retry.LayerLocal, Concerns: []string{"limit"}},
	})
	assert.Equal(t, []concern{
		{Name: "strategy", Text: "simple attempts=2 delay=1s max=10s"},
		{Name: "timeout", Text: "timeout total=9s", Override: true, Source: "timeout total=5s", By: "override"},
		{Name: "breaker", Text: "breaker failures=3 cooldown=30s probes=1 successes=1"},
		{Name: "limit", Text: "limit concurrent=2", Override: true, By: "local"},
	}, list)
	assert.Equal(t, "override, set while running", list[1].Tag()+", "+list[3].Tag())
	assert.Equal(t, []concern{{Name: "hedge", Text: gone, Override: true, Source: "hedge after=1s max=1"}}, concernsOf(parse(t, "hedge after=1s"), policy.Policy{}, nil))
}

func TestInWords(t *testing.T) {
	for text, want := range map[string][]string{
		"": {"1 attempt: nothing is retried", "no timeout: only the caller's context ends a call", "no breaker"},
		"exponential-jitter attempts=3 base=100ms max=1s; timeout total=2s attempt=500ms; breaker failures=3 cooldown=5s": {
			"up to 3 attempts, with waits of 0s–100ms, 0s–200ms", "an attempt takes at most 500ms, a call 2s", "the breaker opens after 3 failures in a row, for 5s"},
		"simple attempts=unlimited delay=1500us; budget off; timeout attempt=1s; breaker rate=50% slow=2s slow-rate=30% min=10 window=5s": {
			"attempts without end, with waits of 2ms, 2ms, 2ms, 2ms, 2ms, 2ms, …", "an attempt takes at most 1s",
			"the breaker opens at 50% failures, or at 30% slow calls (2s or more) of at least 10 within 5s, for 30s"},
	} {
		assert.Equal(t, want, inWords(parse(t, text)), text)
	}
}
