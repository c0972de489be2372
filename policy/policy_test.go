package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
)

func TestOverlay(t *testing.T) {
	base := "linear attempts=3 base=50ms; timeout attempt=1s total=5s; breaker failures=7; budget ratio=20% burst=10"
	for _, test := range []struct {
		name, under, over, want string
	}{
		{
			name:  "an override that says nothing changes nothing",
			under: base, over: "", want: base,
		},
		{
			name:  "an override of nothing is itself",
			under: "", over: base, want: base,
		},
		{
			name:  "a concern is replaced as a whole: the attempt timeout is gone",
			under: base, over: "timeout total=2s",
			want: "linear attempts=3 base=50ms; timeout total=2s; breaker failures=7; budget ratio=20% burst=10",
		},
		{
			name:  "a strategy replaces another with all its numbers",
			under: base, over: "exponential",
			want: "exponential; timeout attempt=1s total=5s; breaker failures=7; budget ratio=20% burst=10",
		},
		{
			name:  "off is said, and replaces",
			under: base, over: "timeout off; breaker off; budget off",
			want: "linear attempts=3 base=50ms; timeout off; breaker off; budget off",
		},
		{
			name:  "off gives way to numbers",
			under: "timeout off; breaker off; budget off", over: "timeout total=1s; breaker; budget",
			want: "timeout total=1s; breaker; budget",
		},
		{
			name:  "none replaces every concern",
			under: base, over: "none", want: "none",
		},
		{
			name:  "schedules, which cannot be compared, replace each other",
			under: "schedule 1s 2s", over: "schedule 3s", want: "schedule 3s",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := mustParse(t, test.under).Overlay(mustParse(t, test.over))
			assert.Equal(t, mustParse(t, test.want), got)
		})
	}
}

func TestDefaults(t *testing.T) {
	assert.Equal(t, Budget{Ratio: 10 * Percent, Burst: 10}, DefaultBudget(), "what a wrapper has without a verb")
	assert.Equal(t, Policy{Budget: DefaultBudget()}, mustParse(t, "budget"))
	assert.Equal(t, Policy{Breaker: Breaker{
		Failures:  breaker.DefaultFailures,
		Cooldown:  breaker.DefaultCooldown,
		Probes:    breaker.DefaultProbes,
		Successes: breaker.DefaultSuccesses,
	}}, mustParse(t, "breaker"), "the defaults are those of package breaker")
	assert.Equal(t, Policy{Retry: Retry{3, backoff.Exponential{
		Base: 100 * time.Millisecond, Factor: 2, Max: 10 * time.Second,
	}}}, mustParse(t, "exponential"))
}

func TestBreakerConfig(t *testing.T) {
	b := Breaker{Failures: 1, Cooldown: 2, MaxCooldown: 3, Probes: 4, Successes: 5}
	assert.Equal(t, breaker.Config{
		Name: "PaymentClient", Failures: 1, Cooldown: 2, MaxCooldown: 3, Probes: 4, Successes: 5,
	}, b.Config("PaymentClient"))
}

func mustParse(t *testing.T, text string) Policy {
	t.Helper()
	p, err := Parse(text)
	require.NoError(t, err, text)
	return p
}
