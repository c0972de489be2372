package policy

import "strings"

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
	var directives []Directive
	var errs []*Error
	offset := 0
	for part := range strings.SplitSeq(text, ";") {
		if words := split(part, offset); len(words) > 0 {
			d, faults := parseWords(words)
			switch {
			case d.Verb == nil:
			case d.Verb.numeric():
				directives = append(directives, d)
			default:
				// Its arguments are no matter of a policy: one error is enough.
				faults = []*Error{errorf(d.Name, "verb %q has no place in a policy, which is numbers only", d.Verb.Name).
					hint("change the comment in the source and regenerate")}
			}
			errs = append(errs, faults...)
			errs = append(errs, goKeys(d)...)
		}
		offset += len(part) + len(";")
	}
	errs = append(errs, clashes(directives)...)
	if len(errs) > 0 {
		return Policy{}, join(byOffset(errs))
	}
	var p Policy
	for _, d := range directives {
		d.Apply(&p)
	}
	return p, nil
}

// goKeys refuses the keys whose values are Go code, of a verb that is numbers
// otherwise.
func goKeys(d Directive) []*Error {
	var errs []*Error
	if d.Verb != nil && d.Verb.numeric() {
		for _, k := range d.Verb.Keys {
			if word, ok := d.given[k.Name]; ok && k.Kind == KindGo {
				errs = append(errs, errorf(word, "key %q has no place in a policy, which is numbers only", k.Name).
					hint("a breaker that has a key in the source keeps it"))
			}
		}
	}
	return errs
}

// clashes returns what is wrong between directives that stand together.
func clashes(directives []Directive) []*Error {
	var errs []*Error
	bounded := false
	for i, d := range directives {
		bounded = bounded || d.Verb.Concern == ConcernBudget && !d.Off
		for _, earlier := range directives[:i] {
			if msg := d.Verb.Clash(earlier.Verb); msg != "" {
				errs = append(errs, errorf(d.Name, "%s", msg))
				break
			}
		}
	}
	for _, d := range directives {
		if bounded && d.values.count("attempts") == Unlimited {
			errs = append(errs, errorf(d.given["attempts"], "%s", endless))
		}
	}
	return errs
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
