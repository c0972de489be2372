package breaker

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestNewRefusesNonsense(t *testing.T) {
	beyond := math.MaxInt32
	beyond++ // negative if an int has 32 bits, which New refuses as well
	for _, tt := range []struct {
		name   string
		config Config
		want   string // in the panic
	}{
		{"negative failures", Config{Failures: -1}, "Failures "},
		{"failures beyond the count", Config{Failures: beyond}, "Failures "},
		{"negative rate", Config{Rate: -1}, "Rate "},
		{"rate above 100%", Config{Rate: all + 1}, "Rate "},
		{"negative slow", Config{Slow: -1}, "Slow "},
		{"negative slow rate", Config{SlowRate: -1}, "SlowRate "},
		{"slow rate above 100%", Config{Slow: time.Second, SlowRate: all + 1}, "SlowRate "},
		{"negative min", Config{Rate: 1, Min: -1}, "Min "},
		{"negative window", Config{Rate: 1, Window: -1}, "Window "},
		{"negative window of calls", Config{Rate: 1, WindowCalls: -1}, "WindowCalls "},
		{"negative cooldown", Config{Cooldown: -1}, "Cooldown "},
		{"negative longest cooldown", Config{MaxCooldown: -1}, "MaxCooldown "},
		{"negative probes", Config{Probes: -1}, "Probes "},
		{"negative successes", Config{Successes: -1}, "Successes "},

		{"failures and rate", Config{Failures: 1, Rate: 1}, "Failures and Rate are both set"},
		{"slow without slow rate", Config{Slow: 1}, "Slow and SlowRate need each other"},
		{"slow rate without slow", Config{SlowRate: 1}, "Slow and SlowRate need each other"},
		{"min without a rate", Config{Min: 1}, "Min, Window and WindowCalls need Rate or SlowRate"},
		{"window without a rate", Config{Window: 1}, "Min, Window and WindowCalls need Rate or SlowRate"},
		{"window of calls without a rate", Config{WindowCalls: 1}, "Min, Window and WindowCalls need Rate or SlowRate"},
		{"two windows", Config{Rate: 1, Min: 1, Window: 1, WindowCalls: 1}, "Window and WindowCalls are both set"},
		{"min that does not fit", Config{Rate: 1, Min: 5, WindowCalls: 4}, "Min 5 is more than WindowCalls 4"},
		{"min that does not fit one call", Config{Rate: 1, Min: 2, WindowCalls: 1}, "Min 2 is more than WindowCalls 1"},
		{"default min that does not fit", Config{Rate: 1, WindowCalls: 19}, "Min 20 is more than WindowCalls 19"},
		{"longest below first", Config{Cooldown: time.Minute, MaxCooldown: time.Second}, "MaxCooldown 1s is shorter than Cooldown 1m0s"},
		{"longest below default", Config{MaxCooldown: time.Second}, "MaxCooldown 1s is shorter than Cooldown 30s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Name = "payments"
			defer func() {
				message, _ := recover().(string)
				assert.Contains(t, message, `breaker "payments": `+tt.want)
			}()
			New(tt.config)
		})
	}
}

func TestNewTakesTheEndsOfTheRanges(t *testing.T) {
	for name, config := range map[string]Config{
		"zero":             {},
		"largest counts":   {Rate: all, Min: math.MaxInt, WindowCalls: math.MaxInt, Probes: math.MaxInt, Successes: math.MaxInt},
		"longest times":    {Rate: all, Slow: math.MaxInt64, SlowRate: all, Window: math.MaxInt64},
		"most failures":    {Failures: math.MaxInt32},
		"one of a million": {Rate: 1, Min: 1},
		"100%":             {Rate: all, Slow: 1, SlowRate: all},
		"failures beside":  {Failures: 1, Slow: 1, SlowRate: 1},
		"min that fits":    {Rate: 1, Min: 4, WindowCalls: 4},
		"steady cooldown":  {Cooldown: time.Second, MaxCooldown: time.Second},
		"longest cooldown": {Cooldown: math.MaxInt64, MaxCooldown: math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			assert.NotPanics(t, func() { New(config) })
		})
	}
}
