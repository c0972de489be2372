package policy

import (
	"math"
	"slices"
	"time"

	"github.com/retrygen/retrygen/backoff"
)

// This file takes the strategy verbs' values to a Retry and back. On the way back
// a field has the value by which the strategy acts: package backoff gives zero
// and senseless fields a meaning of their own.

// maxPrinted is the longest list that a Schedule made by hand is drawn out to.
const maxPrinted = 1000

func attempts(r Retry) int { return max(1, r.Attempts) }

func nonNegative(d time.Duration) time.Duration { return max(0, d) }

// first returns the delay that a strategy begins with as it acts: within Max, beyond
// which a text has none.
func first(d, most time.Duration) time.Duration { return min(nonNegative(d), capOf(most)) }

// capOf returns a Max as it acts: zero is uncapped.
func capOf(d time.Duration) time.Duration {
	if d <= 0 {
		return math.MaxInt64
	}
	return d
}

func factorOf(f float64) float64 {
	switch {
	case f == 0:
		return 2
	case f < 1 || math.IsNaN(f):
		return 1
	}
	return f
}

// spreadOf returns the nearest share that a text can say.
func spreadOf(spread float64) Ratio {
	if math.IsNaN(spread) {
		return 0
	}
	return Ratio(math.Round(min(max(spread, 0), 1) * float64(100*Percent)))
}

func share(r Ratio) float64 { return float64(r) / float64(100*Percent) }

func putSimple(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.Simple{Interval: v.duration("delay"), Max: v.duration("max")}}
}

func relateSimple(d Directive) []*Error { return d.atMost("delay", "max") }

// relateBase is for the strategies whose delays begin with base.
func relateBase(d Directive) []*Error { return d.atMost("base", "max") }

// getSimple takes the degenerate schedules too: a list that is empty, or that no
// retry uses, has no text of its own.
func getSimple(p Policy) (values, bool) {
	var s backoff.Simple
	switch is := p.Retry.Strategy.(type) {
	case nil:
		if p.Retry == (Retry{}) {
			return nil, false
		}
	case backoff.Simple:
		s = is
	case backoff.Schedule:
		if len(is.Delays) > 0 && attempts(p.Retry) > 1 {
			return nil, false
		}
		s.Max = is.Max
	default:
		return nil, false
	}
	return values{"attempts": attempts(p.Retry), "delay": first(s.Interval, s.Max), "max": capOf(s.Max)}, true
}

func putLinear(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.Linear{Base: v.duration("base"), Max: v.duration("max")}}
}

func getLinear(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.Linear)
	return values{"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "max": capOf(s.Max)}, ok
}

func putIncremental(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.Incremental{
		Base: v.duration("base"), Step: v.duration("step"), Max: v.duration("max"),
	}}
}

func getIncremental(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.Incremental)
	return values{
		"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "step": nonNegative(s.Step), "max": capOf(s.Max),
	}, ok
}

func putExponential(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.Exponential{
		Base: v.duration("base"), Factor: v.factor("factor"), Max: v.duration("max"),
	}}
}

func getExponential(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.Exponential)
	return values{
		"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "factor": factorOf(s.Factor), "max": capOf(s.Max),
	}, ok
}

func putRandomizedExponential(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.RandomizedExponential{
		Base: v.duration("base"), Factor: v.factor("factor"), Max: v.duration("max"), Spread: share(v.ratio("spread")),
	}}
}

func getRandomizedExponential(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.RandomizedExponential)
	return values{
		"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "factor": factorOf(s.Factor), "max": capOf(s.Max),
		"spread": spreadOf(s.Spread),
	}, ok
}

func putLinearJitter(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.LinearJitter{
		Base: v.duration("base"), Max: v.duration("max"), Spread: share(v.ratio("spread")),
	}}
}

func getLinearJitter(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.LinearJitter)
	return values{
		"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "max": capOf(s.Max), "spread": spreadOf(s.Spread),
	}, ok
}

// jitters are the choices of the key jitter.
var jitters = []backoff.Jitter{backoff.FullJitter, backoff.EqualJitter, backoff.DecorrelatedJitter}

func jitterNames() []string {
	var names []string
	for _, j := range jitters {
		names = append(names, j.String())
	}
	return names
}

func putExponentialJitter(v values, p *Policy) {
	s := backoff.ExponentialJitter{
		Base: v.duration("base"), Factor: v.factor("factor"), Max: v.duration("max"), Min: v.duration("min"),
	}
	for _, j := range jitters {
		if j.String() == v.text("jitter") {
			s.Jitter = j
		}
	}
	p.Retry = Retry{v.count("attempts"), s}
}

// getExponentialJitter leaves out the keys that the jitter does not take. A
// jitter that is none of the constants acts as full.
func getExponentialJitter(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.ExponentialJitter)
	if !slices.Contains(jitters, s.Jitter) {
		s.Jitter = backoff.FullJitter
	}
	v := values{
		"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "max": capOf(s.Max), "jitter": s.Jitter.String(),
	}
	if s.Jitter == backoff.FullJitter {
		v["min"] = first(s.Min, s.Max)
	}
	if s.Jitter != backoff.DecorrelatedJitter {
		v["factor"] = factorOf(s.Factor)
	}
	return v, ok
}

func relateExponentialJitter(d Directive) []*Error {
	jitter := d.values.text("jitter")
	errs := relateBase(d)
	if at, given := d.given["factor"]; given && jitter == backoff.DecorrelatedJitter.String() {
		errs = append(errs, errorf(at, "factor does not act with jitter=%s", jitter))
	}
	if at, given := d.given["min"]; given && jitter != "" && jitter != backoff.FullJitter.String() {
		return append(errs, errorf(at, "min does not act with jitter=%s", jitter))
	}
	return append(errs, d.atMost("min", "max")...)
}

func putFibonacci(v values, p *Policy) {
	p.Retry = Retry{v.count("attempts"), backoff.Fibonacci{Base: v.duration("base"), Max: v.duration("max")}}
}

func getFibonacci(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.Fibonacci)
	return values{"attempts": attempts(p.Retry), "base": first(s.Base, s.Max), "max": capOf(s.Max)}, ok
}

func putSchedule(v values, p *Policy) {
	delays, _ := v[bareDurations].([]time.Duration)
	p.Retry = Retry{len(delays) + 1, backoff.Schedule{Delays: delays, Max: v.duration("max")}}
}

// getSchedule makes the list as long as the retries are: in a text the length of
// one is that of the other. Beyond its end a Schedule repeats the last delay.
func getSchedule(p Policy) (values, bool) {
	s, ok := p.Retry.Strategy.(backoff.Schedule)
	retries := attempts(p.Retry) - 1
	if !ok || len(s.Delays) == 0 || retries == 0 || retries > max(maxPrinted, len(s.Delays)) {
		return nil, false
	}
	delays := make([]time.Duration, retries)
	for i := range delays {
		delays[i] = first(s.Delays[min(i, len(s.Delays)-1)], s.Max)
	}
	return values{bareDurations: delays, "max": capOf(s.Max)}, true
}

// relateSchedule refuses delays that would not be what they say.
func relateSchedule(d Directive) []*Error {
	most, ok := d.values["max"].(time.Duration)
	delays, _ := d.values[bareDurations].([]time.Duration)
	var errs []*Error
	for i, delay := range delays {
		if !ok || delay <= most {
			continue
		}
		err := errorf(d.Words[i], "%s is longer than max=%s", format(delay), format(most))
		if _, given := d.given["max"]; !given {
			err.hint("max is %s where it is not given", format(most))
		}
		errs = append(errs, err)
	}
	return errs
}
