// Package policy is the grammar of the //retry: comments and the Policy value
// that they denote: text in, value out, and back.
//
// Most callers parse a text that an operator has written, and lay it over the
// policy that the source has declared:
//
//	over, err := policy.Parse("exponential attempts=5 base=100ms; timeout total=2s")
//	...
//	p = p.Overlay(over)
//
// A text is a list of directives, separated by semicolons. Each is a verb and
// its arguments, separated by spaces or tabs: key=value, or bare words where the
// verb takes them. There is no quoting, because no value contains a space. The
// verbs, their keys, ranges and defaults are in docs/directives.md, which is
// written from the same table as the parser reads, and which [Reference] returns.
//
// A Policy is numbers only. What is Go in a comment (the names of errors and
// parameters) stays with the generator, which reads one comment at a time with
// [ParseDirective].
package policy

import (
	"iter"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/internal/grammar"
)

// Unlimited as Retry.Attempts is attempts=unlimited: retries end only with the
// context, the timeout or the breaker.
const Unlimited = grammar.Unlimited

// A Policy says how a call is retried, bounded and guarded, concern by concern.
// A zero concern is one that is not said: the defaults, or the Policy under it
// in [Policy.Overlay], decide. The zero Policy says nothing.
//
// Two policies must not be compared with ==, which panics when both hold a
// backoff.Schedule. To see whether a concern is said, compare it with its zero
// value.
type Policy struct {
	Retry   Retry
	Timeout Timeout
	Breaker Breaker
	Budget  Budget
	Limit   Limit
	Hedge   Hedge
}

// Retry says how often a call is tried and how long the waits between are.
type Retry struct {
	// Attempts counts all tries, the first one included: 1 to 1,000,000, or
	// Unlimited. What is less than 1, zero included, is one attempt.
	Attempts int

	// Strategy computes the delays. Nil: there is no delay between attempts.
	Strategy backoff.Strategy
}

// Overlay returns p with each concern that over says put in the place of p's, as
// a whole: a Timeout{Total: time.Second} laid over one with an Attempt leaves no
// bound for attempts. Off says a concern too. What over does not say stays.
func (p Policy) Overlay(over Policy) Policy {
	for _, c := range concerns {
		if c.said(&over) {
			c.replace(&p, &over)
		}
	}
	return p
}

// Concerns yields the concerns that p says, in the order in which String writes
// them: the name, which is "strategy" or that of the verb, and a Policy that says
// nothing else.
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

// WithoutOff returns p with what is switched off left out, as if it were not said.
func (p Policy) WithoutOff() Policy {
	for _, c := range concerns {
		if c.isOff(&p) {
			c.clear(&p)
		}
	}
	return p
}
