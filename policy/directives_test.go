package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/internal/grammar"
)

const ms = time.Millisecond

func TestDirectives(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       Policy
	}{
		{
			name: "simple with its defaults", text: "simple",
			want: Policy{Retry: Retry{3, backoff.Simple{Interval: time.Second, Max: 10 * time.Second}}},
		},
		{
			name: "simple with all keys", text: "simple attempts=2 delay=0s max=1ns",
			want: Policy{Retry: Retry{2, backoff.Simple{Max: 1}}},
		},
		{
			name: "keys in any order", text: "linear max=2s attempts=4 base=50ms",
			want: Policy{Retry: Retry{4, backoff.Linear{Base: 50 * ms, Max: 2 * time.Second}}},
		},
		{
			name: "zero needs no unit", text: "linear base=0",
			want: Policy{Retry: Retry{3, backoff.Linear{Max: 10 * time.Second}}},
		},
		{
			name: "incremental", text: "incremental step=200ms",
			want: Policy{Retry: Retry{3, backoff.Incremental{Base: 100 * ms, Step: 200 * ms, Max: 10 * time.Second}}},
		},
		{
			name: "a base may be max", text: "exponential factor=1.5 base=10s",
			want: Policy{Retry: Retry{3, backoff.Exponential{Base: 10 * time.Second, Factor: 1.5, Max: 10 * time.Second}}},
		},
		{
			name: "unlimited", text: "exponential attempts=unlimited",
			want: Policy{Retry: Retry{Unlimited, backoff.Exponential{Base: 100 * ms, Factor: 2, Max: 10 * time.Second}}},
		},
		{
			name: "the most attempts that are counted", text: "exponential attempts=1000000 factor=1000",
			want: Policy{Retry: Retry{1_000_000, backoff.Exponential{Base: 100 * ms, Factor: 1000, Max: 10 * time.Second}}},
		},
		{
			name: "randomized-exponential", text: "randomized-exponential",
			want: Policy{Retry: Retry{3, backoff.RandomizedExponential{Base: 100 * ms, Factor: 2, Max: 10 * time.Second, Spread: 0.5}}},
		},
		{
			name: "linear-jitter", text: "linear-jitter spread=57%",
			want: Policy{Retry: Retry{3, backoff.LinearJitter{Base: 100 * ms, Max: 10 * time.Second, Spread: 0.57}}},
		},
		{
			name: "exponential-jitter is full", text: "exponential-jitter min=10ms",
			want: Policy{Retry: Retry{3, backoff.ExponentialJitter{Base: 100 * ms, Factor: 2, Max: 10 * time.Second, Min: 10 * ms}}},
		},
		{
			name: "equal", text: "exponential-jitter jitter=equal",
			want: Policy{Retry: Retry{3, backoff.ExponentialJitter{
				Base: 100 * ms, Factor: 2, Max: 10 * time.Second, Jitter: backoff.EqualJitter,
			}}},
		},
		{
			name: "decorrelated", text: "exponential-jitter jitter=decorrelated",
			want: Policy{Retry: Retry{3, backoff.ExponentialJitter{
				Base: 100 * ms, Factor: 2, Max: 10 * time.Second, Jitter: backoff.DecorrelatedJitter,
			}}},
		},
		{
			name: "fibonacci", text: "fibonacci base=1ms",
			want: Policy{Retry: Retry{3, backoff.Fibonacci{Base: ms, Max: 10 * time.Second}}},
		},
		{
			name: "a schedule has an attempt more than delays; delays may repeat", text: "schedule 100ms 0s max=20s 100ms",
			want: Policy{Retry: Retry{4, backoff.Schedule{Delays: []time.Duration{100 * ms, 0, 100 * ms}, Max: 20 * time.Second}}},
		},
		{
			name: "a limit", text: "limit wait=1s concurrent=3 burst=2 rate=30/m",
			want: Policy{Limit: Limit{Concurrent: 3, Rate: Rate{30, time.Minute}, Burst: 2, Wait: time.Second}},
		},
		{
			name: "a hedge", text: "hedge after=50ms",
			want: Policy{Hedge: Hedge{After: 50 * ms, Max: 1}},
		},
		{
			name: "one of two timeouts", text: "timeout total=2s",
			want: Policy{Timeout: Timeout{Total: 2 * time.Second}},
		},
		{
			name: "timeouts may be equal", text: "timeout attempt=2s total=2s",
			want: Policy{Timeout: Timeout{Attempt: 2 * time.Second, Total: 2 * time.Second}},
		},
		{
			name: "breaker with all keys", text: "breaker failures=1 cooldown=1s max-cooldown=1m probes=2 successes=3",
			want: Policy{Breaker: Breaker{Failures: 1, Cooldown: time.Second, MaxCooldown: time.Minute, Probes: 2, Successes: 3}},
		},
		{
			name: "a budget without deposits", text: "budget ratio=0% burst=1",
			want: Policy{Budget: Budget{Burst: 1}},
		},
		{name: "timeout off", text: "timeout off", want: Policy{Timeout: Timeout{Off: true}}},
		{
			name: "breaker by rate", text: "breaker rate=12.5%",
			want: Policy{Breaker: Breaker{
				Rate: 12*Percent + Percent/2, Min: 20, Window: 10 * time.Second,
				Cooldown: 30 * time.Second, Probes: 1, Successes: 1,
			}},
		},
		{
			name: "breaker by slow calls beside failures in a row", text: "breaker slow=2s slow-rate=50% window=100 min=10 key=tenant",
			want: Policy{Breaker: Breaker{
				Failures: 5, Slow: 2 * time.Second, SlowRate: 50 * Percent, Min: 10, WindowCalls: 100,
				Cooldown: 30 * time.Second, Probes: 1, Successes: 1,
			}},
		},
		{name: "breaker off", text: "breaker off", want: Policy{Breaker: Breaker{Off: true}}},
		{name: "budget off", text: "budget off", want: Policy{Budget: Budget{Off: true}}},
		{
			name: "any number of spaces and tabs", text: " \ttimeout\t total=2s  ",
			want: Policy{Timeout: Timeout{Total: 2 * time.Second}},
		},
		{name: "a verb about Go code changes no numbers", text: "not ErrDeclined", want: Policy{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, errs := grammar.ParseDirective(test.text)
			require.Empty(t, errs)
			assert.Equal(t, test.want, mustParse(t, d.Numbers()))
		})
	}
}
