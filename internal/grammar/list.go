package grammar

import "strings"

// Parse reads the text of a policy: directives separated by semicolons, each of a
// concern of its own and numbers only. It returns all that is wrong, sorted by
// offset.
func Parse(text string) ([]Directive, []*Error) {
	var directives []Directive
	var errs []*Error
	offset := 0
	for part := range strings.SplitSeq(text, ";") {
		if words := split(part, offset); len(words) > 0 {
			d, faults := parseWords(words)
			switch {
			case d.Verb == nil:
			case d.Verb.Numeric:
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
	return directives, byOffset(errs)
}

// goKeys refuses the keys whose values are Go code, of a verb that is numbers
// otherwise.
func goKeys(d Directive) []*Error {
	var errs []*Error
	if d.Verb != nil && d.Verb.Numeric {
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
		if bounded && d.values.Count("attempts") == Unlimited {
			errs = append(errs, errorf(d.given["attempts"], "%s", Endless))
		}
	}
	return errs
}
