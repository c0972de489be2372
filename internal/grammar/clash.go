package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// Clash says why d must not stand next to an earlier directive, as the message of an
// error and a hint, which may be empty. Without a message it may.
func (d Directive) Clash(earlier Directive) (msg, hint string) {
	v, other := d.Verb, earlier.Verb
	switch {
	case v == other && (v.Concern == ConcernPreset || v.Concern == ConcernUse):
		return "", "" // what they stand for may clash
	case v.Concern == ConcernAllow || other.Concern == ConcernAllow:
		return d.allowClash(earlier)
	case v.Concern == other.Concern && d.Bare():
		return clashOfBare(d, earlier)
	case v.Concern == other.Concern && earlier.Bare():
		return clashOfBare(earlier, d)
	case v == other:
		return fmt.Sprintf("verb %q is given twice", v.Name), onOneLine(earlier, d)
	case v.Concern == other.Concern:
		return fmt.Sprintf("two strategies, %q and %q", other.Name, v.Name), ""
	case v.Concern == ConcernNone:
		return fmt.Sprintf("%q cannot be combined with %q", v.Name, earlier.label()), ""
	case other.Concern == ConcernNone:
		return fmt.Sprintf("%q cannot be combined with %q", other.Name, d.label()), ""
	}
	return "", ""
}

// onOneLine is the hint at one directive with the names of two.
func onOneLine(first, second Directive) string {
	v := first.Verb
	if v.Words != GoNames && v.Words != Parameters || v.One || first.Off || second.Off {
		return ""
	}
	words := []string{v.Name}
	for _, word := range slices.Concat(first.Words, second.Words) {
		if !slices.Contains(words, word.Text) {
			words = append(words, word.Text)
		}
	}
	return "put the names on one line: " + strings.Join(words, " ")
}

// allowClash is Clash where one of the directives is an allow, which only clashes with
// another one that has the same code.
func (d Directive) allowClash(earlier Directive) (msg, hint string) {
	if d.Verb != earlier.Verb || len(d.Words) < 2 || len(earlier.Words) < 2 {
		return "", ""
	}
	code, _ := d.Allowed()
	if other, _ := earlier.Allowed(); code != other {
		return "", ""
	}
	return fmt.Sprintf("%q is allowed twice", code), ""
}
