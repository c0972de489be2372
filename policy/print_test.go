package policy

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/internal/grammar"
)

// longest is the text of the largest Duration, which stands for no cap.
const longest = "2562047h47m16.854775807s"

func TestString(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"simple", "simple", "simple attempts=3 delay=1s max=10s"},
		{"linear", "linear", "linear attempts=3 base=100ms max=10s"},
		{"incremental", "incremental", "incremental attempts=3 base=100ms step=100ms max=10s"},
		{"exponential", "exponential", "exponential attempts=3 base=100ms factor=2 max=10s"},
		{"randomized-exponential", "randomized-exponential", "randomized-exponential attempts=3 base=100ms factor=2 max=10s spread=50%"},
		{"linear-jitter", "linear-jitter", "linear-jitter attempts=3 base=100ms max=10s spread=25%"},
		{"full jitter has a min", "exponential-jitter", "exponential-jitter attempts=3 base=100ms factor=2 max=10s jitter=full min=0s"},
		{
			"another jitter has none", "exponential-jitter jitter=equal",
			"exponential-jitter attempts=3 base=100ms factor=2 max=10s jitter=equal",
		},
		{
			"and decorrelated has no factor", "exponential-jitter jitter=decorrelated",
			"exponential-jitter attempts=3 base=100ms max=10s jitter=decorrelated",
		},
		{"fibonacci", "fibonacci", "fibonacci attempts=3 base=100ms max=10s"},
		{"schedule", "schedule 0 10s", "schedule 0s 10s max=10s"},
		{"none", "none", "none"},
		{"what is not on is not written", "timeout total=90m", "timeout total=1h30m"},
		{"both timeouts", "timeout total=1h attempt=3600s", "timeout attempt=1h total=1h"},
		{"breaker", "breaker", "breaker failures=5 cooldown=30s probes=1 successes=1"},
		{
			"breaker with all", "breaker max-cooldown=10m",
			"breaker failures=5 cooldown=30s max-cooldown=10m probes=1 successes=1",
		},
		{"budget", "budget ratio=12.50%", "budget ratio=12.5% burst=10"},
		{
			"breaker by rate", "breaker rate=5% window=1000",
			"breaker rate=5% min=20 window=1000 cooldown=30s probes=1 successes=1",
		},
		{
			"breaker by slow calls", "breaker slow=1s slow-rate=5%",
			"breaker failures=5 slow=1s slow-rate=5% min=20 window=10s cooldown=30s probes=1 successes=1",
		},
		{"limit", "limit burst=20 rate=100/s wait=1s concurrent=8", "limit concurrent=8 rate=100/s burst=20 wait=1s"},
		{"hedge", "hedge after=50ms", "hedge after=50ms max=1"},
		{"off", "budget off; breaker off; timeout off", "timeout off; breaker off; budget off"},
		{
			"the order is that of the reference", "budget burst=7; breaker off; timeout total=1s; linear",
			"linear attempts=3 base=100ms max=10s; timeout total=1s; breaker off; budget ratio=10% burst=7",
		},
		{"unlimited", "simple attempts=unlimited", "simple attempts=unlimited delay=1s max=10s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := mustParse(t, test.text)
			assert.Equal(t, test.want, p.String())
			assert.Equal(t, p, mustParse(t, test.want))
		})
	}
}

// custom is a strategy that the grammar does not know.
type custom struct{}

func (custom) Delay(int, time.Duration, float64) time.Duration { return 0 }

// slow is a strategy with long delays.
type slow struct{}

func (slow) Delay(int, time.Duration, float64) time.Duration { return time.Hour }

func TestStringOfHandMade(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy Policy
		want   string
	}{
		{"no strategy is no delay", Policy{Retry: Retry{Attempts: 2}}, "simple attempts=2 delay=0s max=" + longest},
		{"no attempts are one", Policy{Retry: Retry{Strategy: backoff.Linear{}}}, "linear attempts=1 base=0s max=" + longest},
		{
			"zero fields as they act",
			Policy{Retry: Retry{3, backoff.Exponential{Base: time.Second}}},
			"exponential attempts=3 base=1s factor=2 max=" + longest,
		},
		{
			"senseless fields as they act",
			Policy{Retry: Retry{-3, backoff.RandomizedExponential{Base: -1, Factor: math.NaN(), Max: -1, Spread: 7}}},
			"randomized-exponential attempts=1 base=0s factor=1 max=" + longest + " spread=100%",
		},
		{
			"an unknown jitter is full, and min is max at most",
			Policy{Retry: Retry{3, backoff.ExponentialJitter{Max: time.Second, Min: time.Minute, Jitter: 9}}},
			"exponential-jitter attempts=3 base=0s factor=2 max=1s jitter=full min=1s",
		},
		{
			"no spread for one that is no number",
			Policy{Retry: Retry{3, backoff.LinearJitter{Max: 1, Spread: math.NaN()}}},
			"linear-jitter attempts=3 base=0s max=1ns spread=0%",
		},
		{
			"a share is rounded",
			Policy{Retry: Retry{3, backoff.LinearJitter{Max: 1, Spread: 1.0 / 3}}},
			"linear-jitter attempts=3 base=0s max=1ns spread=33.3333%",
		},
		{
			"a schedule that is shorter than the retries repeats its last delay",
			Policy{Retry: Retry{5, backoff.Schedule{Delays: []time.Duration{-1, 2}, Max: 9}}},
			"schedule 0s 2ns 2ns 2ns max=9ns",
		},
		{
			"what is longer than max is max",
			Policy{Retry: Retry{3, backoff.Exponential{Base: time.Minute, Max: time.Second}}},
			"exponential attempts=3 base=1s factor=2 max=1s",
		},
		{
			"in a schedule too",
			Policy{Retry: Retry{3, backoff.Schedule{Delays: []time.Duration{time.Minute, 1}, Max: time.Second}}},
			"schedule 1s 1ns max=1s",
		},
		{
			"but not more than a thousand times",
			Policy{Retry: Retry{1001, backoff.Schedule{Delays: []time.Duration{2}, Max: 9}}},
			"schedule" + strings.Repeat(" 2ns", 1000) + " max=9ns",
		},
		{
			"a schedule that is longer than the retries is cut",
			Policy{Retry: Retry{2, backoff.Schedule{Delays: []time.Duration{1, 2}, Max: 9}}},
			"schedule 1ns max=9ns",
		},
		{
			"a schedule without delays is no delay",
			Policy{Retry: Retry{5, backoff.Schedule{Max: 9}}},
			"simple attempts=5 delay=0s max=9ns",
		},
		{
			"a schedule without retries",
			Policy{Retry: Retry{1, backoff.Schedule{Delays: []time.Duration{1, 2}, Max: 9}}},
			"simple attempts=1 delay=0s max=9ns",
		},
		{
			"zero fields of a breaker are its defaults",
			Policy{Breaker: Breaker{Failures: 9}},
			"breaker failures=9 cooldown=30s probes=1 successes=1",
		},
		{
			"the number of failures is one of them",
			Policy{Breaker: Breaker{Cooldown: time.Second}},
			"breaker failures=5 cooldown=1s probes=1 successes=1",
		},
		{
			"and what a window holds, and how long it is",
			Policy{Breaker: Breaker{Rate: 50 * Percent}},
			"breaker rate=50% min=20 window=10s cooldown=30s probes=1 successes=1",
		},
		{
			"the smallest share has a window too",
			Policy{Breaker: Breaker{Rate: 1}},
			"breaker rate=0.0001% min=20 window=10s cooldown=30s probes=1 successes=1",
		},
		{
			"of slow attempts as well",
			Policy{Breaker: Breaker{Slow: 1, SlowRate: 1}},
			"breaker failures=5 slow=1ns slow-rate=0.0001% min=20 window=10s cooldown=30s probes=1 successes=1",
		},
		{"the smallest limit", Policy{Limit: Limit{Concurrent: 1, Rate: Rate{1, time.Hour}, Burst: 1, Wait: 1}}, "limit concurrent=1 rate=1/h burst=1 wait=1ns"},
		{"the shortest hedge has one copy", Policy{Hedge: Hedge{After: 1}}, "hedge after=1ns max=1"},
		{"the shortest timeouts", Policy{Timeout: Timeout{Attempt: 1, Total: 1}}, "timeout attempt=1ns total=1ns"},
		{"off hides the numbers", Policy{Timeout: Timeout{Total: 1, Off: true}}, "timeout off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := test.policy.MarshalText()
			require.NoError(t, err)
			assert.Equal(t, test.want, string(text))
			assert.Equal(t, test.want, mustParse(t, test.want).String(), "canonical")
		})
	}
}

func TestNoText(t *testing.T) {
	for _, test := range []struct {
		name         string
		policy       Policy
		text, errMsg string
		right        bool // for Check
	}{
		{
			name:   "a strategy of another package",
			policy: Policy{Retry: Retry{5, custom{}}, Timeout: Timeout{Total: time.Second}},
			text:   "policy.custom attempts=5; timeout total=1s",
			errMsg: "policy: no text for the strategy policy.custom attempts=5",
			right:  true,
		},
		{
			name:   "a pointer to a strategy",
			policy: Policy{Retry: Retry{Unlimited, &backoff.Linear{}}, Budget: Budget{Off: true}},
			text:   "*backoff.Linear attempts=unlimited; budget off",
			errMsg: "policy: no text for the strategy *backoff.Linear attempts=unlimited",
			right:  true,
		},
		{
			name: "a schedule that does not end",
			policy: Policy{
				Retry:  Retry{Unlimited, backoff.Schedule{Delays: []time.Duration{1}}},
				Budget: Budget{Off: true},
			},
			text:   "backoff.Schedule attempts=unlimited; budget off",
			errMsg: "policy: no text for the strategy backoff.Schedule attempts=unlimited",
			right:  true,
		},
		{
			name:   "a schedule that ends after a thousand more delays than it says",
			policy: Policy{Retry: Retry{1002, backoff.Schedule{Delays: []time.Duration{1}}}},
			text:   "backoff.Schedule attempts=1002",
			errMsg: "policy: no text for the strategy backoff.Schedule attempts=1002",
			right:  true,
		},
		{
			name:   "attempts beyond the grammar",
			policy: Policy{Retry: Retry{1_000_001, backoff.Linear{Max: 1}}},
			text:   "linear attempts=1000001 base=0s max=1ns",
			errMsg: `policy: "linear attempts=1000001 base=0s max=1ns": attempts=1000001 is out of range: 1 to 1000000, or unlimited; hint: attempts=1 never retries, attempts=unlimited never gives up`,
		},
		{
			name:   "a factor beyond the grammar",
			policy: Policy{Retry: Retry{2, backoff.Exponential{Factor: math.Inf(1), Max: 1}}},
			text:   "exponential attempts=2 base=0s factor=+Inf max=1ns",
			errMsg: `policy: "exponential attempts=2 base=0s factor=+Inf max=1ns": bad factor "+Inf" for key "factor"; hint: a factor is a number, as in 2 or 1.5`,
		},
		{
			name:   "a negative timeout",
			policy: Policy{Timeout: Timeout{Total: -1}},
			text:   "timeout total=-1ns",
			errMsg: `policy: "timeout total=-1ns": total=-1ns is out of range: more than 0s`,
		},
		{
			name:   "a breaker that would panic",
			policy: Policy{Breaker: Breaker{Failures: -1, Cooldown: time.Hour, MaxCooldown: time.Minute}},
			text:   "breaker failures=-1 cooldown=1h max-cooldown=1m probes=1 successes=1",
			errMsg: `policy: "breaker failures=-1 cooldown=1h max-cooldown=1m probes=1 successes=1": failures=-1 is out of range: 1 to 1000000` +
				"\ncooldown=1h is longer than max-cooldown=1m",
		},
		{
			name:   "a budget without tokens",
			policy: Policy{Budget: Budget{Ratio: Percent}},
			text:   "budget ratio=1% burst=0",
			errMsg: `policy: "budget ratio=1% burst=0": burst=0 is out of range: 1 to 1000000`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.text, test.policy.String())
			_, err := test.policy.MarshalText()
			require.EqualError(t, err, test.errMsg)
			_, err = Parse(test.text)
			require.Error(t, err)
			if test.right {
				assert.NoError(t, test.policy.Check())
			} else {
				assert.EqualError(t, test.policy.Check(), test.errMsg)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	const endless = `policy: attempts=unlimited needs "budget off"`
	assert.NoError(t, Policy{}.Check())
	assert.NoError(t, mustParse(t, "exponential; timeout total=1m; breaker; budget").Check())
	assert.NoError(t, mustParse(t, "none").Check())
	assert.NoError(t, mustParse(t, "simple attempts=unlimited; budget off").Check())
	assert.EqualError(t, mustParse(t, "simple attempts=unlimited").Check(), endless, "the default budget is on")
	assert.EqualError(t, Policy{Retry: Retry{Unlimited, custom{}}}.Check(), endless, "whatever the strategy")
	assert.ErrorContains(t, mustParse(t, "simple attempts=unlimited").Overlay(mustParse(t, "budget")).Check(),
		`attempts=unlimited needs "budget off"`)
	assert.EqualError(t, mustParse(t, "linear attempts=9 base=1m max=1h").Overlay(mustParse(t, "timeout total=1m30s")).Check(),
		"policy: attempt 3 can never start: the delays before it take at least 3m, and the total timeout is 1m30s")
	assert.NoError(t, Policy{Retry: Retry{9, slow{}}, Timeout: Timeout{Total: 1}}.Check(), "what an unknown strategy draws is not known")
	both := Policy{Retry: Retry{Attempts: Unlimited}, Timeout: Timeout{Total: -1}}.Check()
	assert.ErrorContains(t, both, "total=-1ns is out of range")
	assert.ErrorContains(t, both, endless)
}

// TestStringActs compares strategies with random fields to those of their texts: the
// delays are the same.
func TestStringActs(t *testing.T) {
	duration := rapid.OneOf(rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64().Draw(t, "ns"))
	}), rapid.SampledFrom([]time.Duration{0, -1, math.MinInt64, math.MaxInt64, time.Millisecond, time.Second, time.Minute}))
	factor := rapid.OneOf(rapid.Float64Range(-1, 1000), rapid.SampledFrom([]float64{0, 1, 1.5, math.NaN(), math.Inf(-1)}))
	spread := rapid.OneOf(rapid.Custom(func(t *rapid.T) float64 {
		return share(grammar.Ratio(rapid.Int32Range(0, int32(100*Percent)).Draw(t, "ppm")))
	}), rapid.SampledFrom([]float64{-1, 2, math.NaN(), math.Inf(1), math.Inf(-1)}))
	rapid.Check(t, func(t *rapid.T) {
		d := func(name string) time.Duration { return duration.Draw(t, name) }
		var s backoff.Strategy
		switch rapid.IntRange(0, 8).Draw(t, "strategy") {
		case 0:
			s = backoff.Simple{Interval: d("delay"), Max: d("max")}
		case 1:
			s = backoff.Linear{Base: d("base"), Max: d("max")}
		case 2:
			s = backoff.Incremental{Base: d("base"), Step: d("step"), Max: d("max")}
		case 3:
			s = backoff.Exponential{Base: d("base"), Factor: factor.Draw(t, "factor"), Max: d("max")}
		case 4:
			s = backoff.RandomizedExponential{
				Base: d("base"), Factor: factor.Draw(t, "factor"), Max: d("max"), Spread: spread.Draw(t, "spread"),
			}
		case 5:
			s = backoff.LinearJitter{Base: d("base"), Max: d("max"), Spread: spread.Draw(t, "spread")}
		case 6:
			s = backoff.ExponentialJitter{
				Base: d("base"), Factor: factor.Draw(t, "factor"), Max: d("max"), Min: d("min"),
				Jitter: backoff.Jitter(rapid.IntRange(0, 4).Draw(t, "jitter")),
			}
		case 7:
			s = backoff.Fibonacci{Base: d("base"), Max: d("max")}
		case 8:
			s = backoff.Schedule{Delays: rapid.SliceOfN(duration, 0, 5).Draw(t, "delays"), Max: d("max")}
		}
		made := Policy{Retry: Retry{rapid.IntRange(2, 9).Draw(t, "attempts"), s}}
		text, err := made.MarshalText()
		require.NoError(t, err)
		read, err := Parse(string(text))
		require.NoError(t, err)
		assert.Equal(t, made.Retry.Attempts, read.Retry.Attempts)
		assert.Equal(t, backoff.Cap(s), backoff.Cap(read.Retry.Strategy))
		u := rapid.Float64Range(0, 1).Draw(t, "u")
		prev := time.Duration(0)
		for n := range made.Retry.Attempts - 1 {
			want := s.Delay(n+1, prev, u)
			assert.Equal(t, want, read.Retry.Strategy.Delay(n+1, prev, u), "retry %d of %s", n+1, text)
			prev = want
		}
	})
}
