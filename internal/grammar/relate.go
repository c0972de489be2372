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
		at := d.Name
		if i < len(d.Words) {
			at = d.Words[i]
		}
		err := errorf(at, "%s is longer than max=%s", format(delay), format(most))
		errs = append(errs, d.notGiven(err, "max"))
	}
	return errs
}

func relateBreaker(d Directive) []*Error {
	errs := d.atMost("cooldown", "max-cooldown")
	rate, isGiven := d.given["rate"]
	_, byRate := d.values["rate"]
	_, bySlow := d.values["slow-rate"]
	if failures, ok := d.given["failures"]; ok && isGiven {
		errs = append(errs, errorf(later(failures, rate), "failures and rate exclude each other").
			hint("rate opens the breaker at a share of failures, failures at a number of consecutive ones"))
	}
	if byRate || bySlow {
		errs = append(errs, d.fits("min", "window")...)
	}
	return errs
}

func lackInBreaker(d Directive) []*Error {
	_, byRate := d.values["rate"]
	_, isSlow := d.values["slow"]
	_, bySlow := d.values["slow-rate"]
	min, hasMin := d.given["min"]
	window, hasWindow := d.given["window"]
	switch {
	case isSlow != bySlow:
		return []*Error{errorf(d.at("slow", "slow-rate"), "slow and slow-rate go together").hint("slow=2s slow-rate=50%%")}
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
func (d Directive) fits(min, window string) []*Error {
	calls, ok := d.values[window].(int)
	if least := d.values.Count(min); ok && least > calls {
		err := errorf(d.at(min, window), "%s=%d is more than %s=%d", min, least, window, calls)
		return []*Error{d.notGiven(err, min, window)}
	}
	return nil
}

// at returns the later word of those of the keys that are given, or else the verb.
func (d Directive) at(keys ...string) Word {
	at := d.Name
	for _, key := range keys {
		at = later(at, later(d.given[key], d.cleared[key]))
	}
	return at
}

// notGiven adds a hint at the value of the first key that is not given, because the text
// does not show it.
func (d Directive) notGiven(err *Error, keys ...string) *Error {
	for _, key := range keys {
		if _, given := d.given[key]; given {
			continue
		}
		if row, _ := d.Verb.key(key); d.kept && (row.Default == "" || d.values[key] != row.defaultValue()) {
			return err.hint("%s is %s in what this changes", key, format(d.values[key]))
		}
		return err.hint("%s is %s by default", key, format(d.values[key]))
	}
	return err
}

// later returns the word with the greater offset. A word that is missing has the offset 0,
// where no argument can stand.
func later(a, b Word) Word {
	return slices.MaxFunc([]Word{a, b}, func(a, b Word) int { return a.Offset - b.Offset })
}

func lackInHedge(d Directive) []*Error {
	if _, said := d.values["after"]; said {
		return nil
	}
	return []*Error{errorf(d.Name, "hedge needs after=").hint("%s", d.Verb.Example)}
}

func lackInLimit(d Directive) []*Error {
	_, concurrent := d.values["concurrent"]
	_, rate := d.values["rate"]
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
	err := errorf(d.at(less, more), "%s=%s is longer than %s=%s", less, format(low), more, format(high))
	return []*Error{d.notGiven(err, less, more)}
}
