package policy

import (
	"cmp"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// Breaker says when a circuit breaker opens and closes. Zero fields are those of
// breaker.Config: the defaults of package breaker, and a cooldown that does not
// grow.
type Breaker struct {
	Failures    int           // consecutive failures that open it; zero: breaker.DefaultFailures, or by Rate alone
	Rate        Ratio         // share of failures in the window that opens it; zero: by Failures
	Slow        time.Duration // how long a slow call takes; zero: calls are not timed
	SlowRate    Ratio         // share of slow calls in the window that opens it; with Slow
	Min         int           // calls in the window, for Rate and SlowRate; zero: breaker.DefaultMin
	Window      time.Duration // how long Rate and SlowRate look back; zero: breaker.DefaultWindow, or WindowCalls
	WindowCalls int           // how many calls they look back; zero: Window
	Cooldown    time.Duration // how long it stays open; zero: breaker.DefaultCooldown
	MaxCooldown time.Duration // up to which the cooldown doubles; zero: it does not
	Probes      int           // calls let through at once when half-open; zero: breaker.DefaultProbes
	Successes   int           // successful probes in a row that close it; zero: breaker.DefaultSuccesses
	Off         bool          // "breaker off": no breaker, the other fields are not read
}

// Config returns the configuration of a breaker of that name. It does not look
// at Off.
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

// windowed reports whether the breaker looks back on more than failures in a row.
func (b Breaker) windowed() bool { return b.Rate > 0 || b.SlowRate > 0 }

func putBreaker(v values, p *Policy) {
	b := Breaker{
		Rate:        v.ratio("rate"),
		Slow:        v.duration("slow"),
		SlowRate:    v.ratio("slow-rate"),
		Cooldown:    v.duration("cooldown"),
		MaxCooldown: v.duration("max-cooldown"),
		Probes:      v.count("probes"),
		Successes:   v.count("successes"),
	}
	if b.Rate == 0 {
		b.Failures = v.count("failures")
	}
	if b.windowed() {
		b.Min, b.Window, b.WindowCalls = v.count("min"), v.duration("window"), v.count("window")
	}
	p.Breaker = b
}

func getBreaker(p Policy) (values, bool) {
	b := p.Breaker
	v := values{
		"cooldown":  cmp.Or(b.Cooldown, breaker.DefaultCooldown),
		"probes":    cmp.Or(b.Probes, breaker.DefaultProbes),
		"successes": cmp.Or(b.Successes, breaker.DefaultSuccesses),
	}
	if b.Failures != 0 || b.Rate == 0 {
		v["failures"] = cmp.Or(b.Failures, breaker.DefaultFailures)
	}
	if b.Rate != 0 {
		v["rate"] = b.Rate
	}
	if b.Slow != 0 {
		v["slow"] = b.Slow
	}
	if b.SlowRate != 0 {
		v["slow-rate"] = b.SlowRate
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
	return v, b != (Breaker{})
}

func relateBreaker(d Directive) []*Error {
	errs := d.atMost("cooldown", "max-cooldown")
	rate, byRate := d.given["rate"]
	_, bySlow := d.given["slow-rate"]
	if failures, ok := d.given["failures"]; ok && byRate {
		errs = append(errs, errorf(later(failures, rate), "failures and rate exclude each other").
			hint("rate opens by the share of failures among the calls in the window, failures by those in a row"))
	}
	if byRate || bySlow {
		errs = append(errs, d.fits(d.given["min"], d.given["window"])...)
	}
	return errs
}

func lackInBreaker(d Directive) []*Error {
	_, byRate := d.given["rate"]
	slow, isSlow := d.given["slow"]
	slowRate, bySlow := d.given["slow-rate"]
	min, hasMin := d.given["min"]
	window, hasWindow := d.given["window"]
	switch {
	case isSlow != bySlow:
		return []*Error{errorf(later(slow, slowRate), "slow and slow-rate go together").hint("slow=2s slow-rate=50%%")}
	case byRate || bySlow:
		return nil
	case hasMin:
		return []*Error{errorf(min, "min is for rate and slow-rate").hint("breaker rate=50%% %s", min.Text)}
	case hasWindow:
		return []*Error{errorf(window, "window is for rate and slow-rate").hint("breaker rate=50%% %s", window.Text)}
	}
	return nil
}

// fits refuses a window of calls that never holds as many as it should.
func (d Directive) fits(min, window Word) []*Error {
	calls, ok := d.values["window"].(int)
	if least := d.values.count("min"); ok && least > calls {
		err := errorf(later(min, window), "min=%d is more than window=%d", least, calls)
		if min.Text == "" {
			err.hint("min is %d where it is not given", least)
		}
		return []*Error{err}
	}
	return nil
}

// later is the one of two words that stands behind the other. Where one is not
// there, it is the other.
func later(a, b Word) Word {
	if b.Text == "" || a.Text != "" && a.Offset > b.Offset {
		return a
	}
	return b
}
