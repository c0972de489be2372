package policy

import (
	"cmp"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/grammar"
)

// Breaker says when a circuit breaker opens and closes. A zero field means the same as
// in breaker.Config: the default of package breaker, or a cooldown that does not grow.
type Breaker struct {
	Failures    int           // consecutive failures that open it; zero: breaker.DefaultFailures, or Rate alone
	Rate        Ratio         // share of failures in the window that opens it; zero: Failures
	Slow        time.Duration // an attempt that takes at least this long is slow; zero: attempts are not timed
	SlowRate    Ratio         // share of slow attempts in the window that opens it; needs Slow
	Min         int           // attempts in the window before Rate and SlowRate apply; zero: breaker.DefaultMin
	Window      time.Duration // how long Rate and SlowRate look back; zero: breaker.DefaultWindow, or WindowCalls
	WindowCalls int           // how many attempts they look back; zero: Window
	Cooldown    time.Duration // how long it stays open; zero: breaker.DefaultCooldown
	MaxCooldown time.Duration // each failed probe doubles the cooldown, up to this; zero: it does not grow
	Probes      int           // attempts let through at once when half-open; zero: breaker.DefaultProbes
	Successes   int           // consecutive successful probes that close it; zero: breaker.DefaultSuccesses
	Off         bool          // "breaker off": no breaker; the other fields do not matter
}

// Config returns the configuration of a breaker with that name. It ignores Off.
func (b Breaker) Config(name string) breaker.Config {
	return breaker.Config{
		Name:        name,
		Failures:    b.Failures,
		Rate:        b.Rate.Parts(),
		Slow:        b.Slow,
		SlowRate:    b.SlowRate.Parts(),
		Min:         b.Min,
		Window:      b.Window,
		WindowCalls: b.WindowCalls,
		Cooldown:    b.Cooldown,
		MaxCooldown: b.MaxCooldown,
		Probes:      b.Probes,
		Successes:   b.Successes,
	}
}

// windowed reports whether the breaker has a window.
func (b Breaker) windowed() bool { return b.Rate > 0 || b.SlowRate > 0 }

func putBreaker(v grammar.Values) Breaker {
	b := Breaker{
		Rate:        Ratio(v.Ratio("rate")),
		Slow:        v.Duration("slow"),
		SlowRate:    Ratio(v.Ratio("slow-rate")),
		Cooldown:    v.Duration("cooldown"),
		MaxCooldown: v.Duration("max-cooldown"),
		Probes:      v.Count("probes"),
		Successes:   v.Count("successes"),
	}
	if b.Rate == 0 {
		b.Failures = v.Count("failures")
	}
	if b.windowed() {
		b.Min, b.Window, b.WindowCalls = v.Count("min"), v.Duration("window"), v.Count("window")
	}
	return b
}

func getBreaker(b Breaker) grammar.Values {
	v := grammar.Values{
		"cooldown":  cmp.Or(b.Cooldown, breaker.DefaultCooldown),
		"probes":    cmp.Or(b.Probes, breaker.DefaultProbes),
		"successes": cmp.Or(b.Successes, breaker.DefaultSuccesses),
	}
	if b.Failures != 0 || b.Rate == 0 {
		v["failures"] = cmp.Or(b.Failures, breaker.DefaultFailures)
	}
	if b.Rate != 0 {
		v["rate"] = grammar.Ratio(b.Rate)
	}
	if b.Slow != 0 {
		v["slow"] = b.Slow
	}
	if b.SlowRate != 0 {
		v["slow-rate"] = grammar.Ratio(b.SlowRate)
	}
	if b.windowed() || b.Min != 0 {
		v["min"] = cmp.Or(b.Min, breaker.DefaultMin)
	}
	switch {
	case b.WindowCalls != 0:
		v["window"] = b.WindowCalls
	case b.windowed() || b.Window != 0:
		v["window"] = cmp.Or(b.Window, breaker.DefaultWindow)
	}
	if b.MaxCooldown != 0 {
		v["max-cooldown"] = b.MaxCooldown
	}
	return v
}
