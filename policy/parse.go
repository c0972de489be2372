package policy

import "github.com/retrygen/retrygen/internal/grammar"

// Parse reads a policy: directives separated by semicolons, at most one for each
// concern. An empty text says nothing.
//
//	exponential attempts=5 base=100ms; timeout total=2s; breaker off
//
// It takes the verbs with numbers: the strategies, none, timeout, breaker, budget, limit
// and hedge. Keys that are not given have their defaults, so each concern is said as a
// whole.
//
// It refuses the verbs that name Go code or change the generated code: on, not, classify,
// retry-after, library, error-in, result, fallback, rewind, reuse, stream, idempotency-key,
// wrap, allow, preset and use, and the key "key" of breaker. For those, change the comment in
// the source and regenerate.
//
// The error is an *Error, or joins several, sorted by offset; [Errors] lists them. With
// an error, the Policy is zero.
func Parse(text string) (Policy, error) {
	directives, faults := grammar.Parse(text)
	if len(faults) > 0 {
		return Policy{}, join(converted(faults))
	}
	var p Policy
	for _, d := range directives {
		p.apply(d)
	}
	return p, nil
}

// UnmarshalText sets p to the result of [Parse]. With an error, p does not change.
func (p *Policy) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
