package grammar

import (
	"slices"
	"time"

	"github.com/retrygen/retrygen/backoff"
)

// This file checks the keys of a directive against each other: the columns relate and
// lacks of the table of verbs.

// Endless is the message for attempts=unlimited under a budget, which would end them.
const Endless = `attempts=unlimited needs "budget off"`

// relateBase is for strategies whose delays start at base.
func relateBase(d Directive) []*Error { return d.atMost("base", "max") }

func relateSimple(d Directive) []*Error { return d.atMost("delay", "max") }

func relateTimeout(d Directive) []*Error { return d.atMost("attempt", "total") }

func relateExponentialJitter(d Directive) []*Error {
	jitter := d.values.Text("jitter")
	errs := relateBase(d)
	if at, given := d.given["factor"]; given && jitter == backoff.DecorrelatedJitter.String() {
		errs = append(errs, errorf(at, "factor has no effect with jitter=%s", jitter))
	}
	if at, given := d.given["min"]; given && jitter != "" && jitter != backoff.FullJitter.String() {
		return append(errs, errorf(at, "min has no effect with jitter=%s", jitter))
	}
	return append(errs, d.atMost("min", "max")...)
}

// relateSchedule refuses delays that max would cut.
func relateSchedule(d Directive) []*Error {
	most, ok := d.values["max"].(time.Duration)
	var errs []*Error
	for i, delay := range d.values.Delays() {
		if !ok || delay <= most {
			continue
		}
		err := errorf(d.Words[i], "%s is longer than max=%s", format(delay), format(most))
		if _, given := d.given["max"]; !given {
			err.hint("max is %s by default", format(most))
		}
		errs = append(errs, err)
	}
	return errs
}

func relateBreaker(d Directive) []*Error {
	errs := d.atMost("cooldown", "max-cooldown")
	rate, byRate := d.given["rate"]
	_, bySlow := d.given["slow-rate"]
	if failures, ok := d.given["failures"]; ok && byRate {
		errs = append(errs, errorf(later(failures, rate), "failures and rate exclude each other").
			hint("rate opens the breaker at a share of failures, failures at a number of consecutive ones"))
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
		return []*Error{errorf(min, "min needs rate or slow-rate").hint("breaker rate=50%% %s", min.Text)}
	case hasWindow:
		return []*Error{errorf(window, "window needs rate or slow-rate").hint("breaker rate=50%% %s", window.Text)}
	}
	return nil
}

// fits refuses a window of attempts that never holds min of them.
func (d Directive) fits(min, window Word) []*Error {
	calls, ok := d.values["window"].(int)
	if least := d.values.Count("min"); ok && least > calls {
		err := errorf(later(min, window), "min=%d is more than window=%d", least, calls)
		if min.Text == "" {
			err.hint("min is %d by default", least)
		}
		return []*Error{err}
	}
	return nil
}

// later returns the word with the greater offset. A word that is missing has the offset 0,
// where no argument can stand.
func later(a, b Word) Word {
	return slices.MaxFunc([]Word{a, b}, func(a, b Word) int { return a.Offset - b.Offset })
}

func lackInHedge(d Directive) []*Error {
	if _, given := d.given["after"]; given {
		return nil
	}
	return []*Error{errorf(d.Name, "hedge needs after=").hint("%s", d.Verb.Example)}
}

func lackInLimit(d Directive) []*Error {
	_, concurrent := d.given["concurrent"]
	_, rate := d.given["rate"]
	burst, bursts := d.given["burst"]
	switch {
	case bursts && !rate:
		return []*Error{errorf(burst, "burst needs rate").hint("limit rate=100/s %s", burst.Text)}
	case !concurrent && !rate:
		return []*Error{errorf(d.Name, "limit needs concurrent= or rate=").hint("%s", d.Verb.Example)}
	}
	return nil
}

// atMost refuses a directive in which the duration of one key is longer than that of
// another. The error is at the later word of those that are given.
func (d Directive) atMost(less, more string) []*Error {
	low, ok := d.values[less]
	high, both := d.values[more]
	if !ok || !both || d.values.Duration(less) <= d.values.Duration(more) {
		return nil
	}
	lesser, lessGiven := d.given[less]
	greater, moreGiven := d.given[more]
	err := errorf(later(lesser, greater), "%s=%s is longer than %s=%s", less, format(low), more, format(high))
	switch {
	case !lessGiven:
		err.hint("%s is %s by default", less, format(low))
	case !moreGiven:
		err.hint("%s is %s by default", more, format(high))
	}
	return []*Error{err}
}
