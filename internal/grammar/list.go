package grammar

import "strings"

// Parse reads the text of a policy: directives with numbers, separated by semicolons,
// each for its own concern. It returns all errors, sorted by offset.
func Parse(text string) ([]Directive, []*Error) {
	return parseList(text, func(words []Word) (Directive, []*Error) { return parseWords(words, false) })
}

// parseList reads directives with numbers, and each of them with parse.
func parseList(text string, parse func(words []Word) (Directive, []*Error)) ([]Directive, []*Error) {
	var directives []Directive
	var errs []*Error
	offset := 0
	for part := range strings.SplitSeq(text, ";") {
		if words := split(part, offset); len(words) > 0 {
			d, faults := parse(words)
			switch {
			case d.Verb == nil:
			case d.Verb.Numeric:
				directives = append(directives, d)
			default:
				// One error is enough: its arguments do not matter here.
				faults = []*Error{errorf(d.Name, "%q cannot be part of a policy, which takes only numbers", d.Verb.Name).
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

// goKeys refuses keys whose values are Go names. Other keys of the same verb may take
// numbers.
func goKeys(d Directive) []*Error {
	var errs []*Error
	if d.Verb != nil && d.Verb.Numeric {
		for _, k := range d.Verb.Keys {
			if word, ok := d.given[k.Name]; ok && k.Kind == KindGo {
				errs = append(errs, errorf(word, "key %q cannot be part of a policy, which takes only numbers", k.Name).
					hint("a breaker that has a key in the source keeps it"))
			}
		}
	}
	return errs
}

// clashes returns the errors between directives that stand together.
func clashes(directives []Directive) []*Error {
	var errs []*Error
	bounded := false
	for i, d := range directives {
		bounded = bounded || d.Verb.Concern == ConcernBudget && !d.Off
		for _, earlier := range directives[:i] {
			if msg, hint := d.Clash(earlier); msg != "" {
				errs = append(errs, errorf(d.Name, "%s", msg).hint("%s", hint))
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
