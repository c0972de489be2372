package policy

import "github.com/retrygen/retrygen/internal/grammar"

// Parse reads a policy: directives separated by semicolons, each of a concern of
// its own. An empty text, or an empty part of one, says nothing.
//
//	exponential attempts=5 base=100ms; timeout total=2s; breaker off
//
// The verbs that name Go code (wrap, on, not, idempotency-key and reuse), and
// those that name directives (preset and use), are refused: they take effect when
// the comment in the source says so and the code is generated anew. What is not given is set to its default, so that a concern
// is said whole.
//
// The error is an *Error, or joins the *Errors of all that is wrong, sorted by
// offset. With an error the Policy is zero.
func Parse(text string) (Policy, error) {
	directives, faults := grammar.Parse(text)
	if len(faults) > 0 {
		errs := make([]*Error, len(faults))
		for i, fault := range faults {
			errs[i] = (*Error)(fault)
		}
		return Policy{}, join(errs)
	}
	var p Policy
	for _, d := range directives {
		p.apply(d)
	}
	return p, nil
}

// UnmarshalText sets p to what Parse makes of the text. With an error p stays as
// it is.
func (p *Policy) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
