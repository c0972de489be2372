// Package policy describes how a call is retried, bounded and guarded. A [Policy] is a
// value, and its text is in the grammar of the //retry: comments.
//
// Most callers parse a text that an operator wrote, and change the policy that the source
// declares:
//
//	patch, err := policy.ParsePatch("attempts=5; timeout total=2s")
//	...
//	p, err = patch.Apply(p)
//
// # Texts
//
// A text is a list of directives, separated by semicolons. A directive is a verb and
// its arguments, separated by spaces or tabs. An argument is key=value, or a bare word
// for the verbs that take them. There are no quotes, because no value contains a space.
// docs/directives.md lists the verbs with their keys, ranges and defaults.
//
// [Parse] reads a text and [Policy.String] writes one. Policy also implements
// encoding.TextMarshaler and encoding.TextUnmarshaler, so it can be a field of a
// configuration file. [Error] has the place of a mistake, and [Errors] lists all
// mistakes of a text.
//
// # Concerns
//
// A policy has six concerns: the strategy of the retries ([Retry]), [Timeout],
// [Breaker], [Budget], [Limit] and [Hedge]. Each is either said, as a whole, or left
// open. [Policy.Overlay] replaces the concerns that the upper policy says and keeps the
// others. A concern that is off is said, too. A [Patch] is finer: it changes single keys of a
// concern, and keeps the others.
//
// A policy has no Go names. The names of errors, funcs and parameters in a comment are
// part of the generated code.
//
// # Overrides
//
// [ParseOverrides] reads a text with a patch for each method, or for all methods of an
// interface. Runtime and generator use the same rules for what an override may do:
// [Patch.Fit] says what a patch for an interface does to a method, [Policy.Check] finds what
// is wrong with a policy, and [Policy.CheckFor] also what a [Method] lacks for it.
package policy

import (
	"iter"
	"math"

	"github.com/retrygen/retrygen/backoff"
)

// Unlimited is the value of Retry.Attempts for attempts=unlimited. Only the context, the
// timeout or the breaker ends the retries.
const Unlimited = math.MaxInt32

// A Policy says how a call is retried, bounded and guarded, concern by concern. The
// zero value of a concern says nothing about it, and leaves it to the defaults or to the
// Policy below it in [Policy.Overlay]. The zero Policy says nothing at all.
//
// Do not compare two policies with ==, which panics when both have a backoff.Schedule.
// Compare a single concern with its zero value to see whether it is said.
type Policy struct {
	Retry   Retry
	Timeout Timeout
	Breaker Breaker
	Budget  Budget
	Limit   Limit
	Hedge   Hedge
}

// Retry says how many attempts a call makes and how long it waits between them.
type Retry struct {
	// Attempts counts all attempts, including the first: 1 to 1,000,000, or
	// Unlimited. Zero and less mean one attempt.
	Attempts int

	// Strategy computes the delays. Nil means no delay between attempts.
	Strategy backoff.Strategy
}

// Overlay returns p with the concerns that over says in place of its own. It replaces a
// concern as a whole: after Timeout{Total: time.Second}, attempts have no limit of their
// own, even if p had one. A concern that is off replaces one, too.
func (p Policy) Overlay(over Policy) Policy {
	for _, c := range concerns {
		if c.said(&over) {
			c.replace(&p, &over)
		}
	}
	return p
}

// Concerns yields the concerns that p says, in the order of String: the name, which is
// "strategy" or the verb, and a Policy that says only this concern.
func (p Policy) Concerns() iter.Seq2[string, Policy] {
	return func(yield func(string, Policy) bool) {
		for _, c := range concerns {
			var only Policy
			if c.replace(&only, &p); c.said(&p) && !yield(string(c.name), only) {
				return
			}
		}
	}
}

// WithoutOff returns p without the concerns that are off, as if it did not say them.
func (p Policy) WithoutOff() Policy {
	for _, c := range concerns {
		if c.isOff(&p) {
			c.clear(&p)
		}
	}
	return p
}
