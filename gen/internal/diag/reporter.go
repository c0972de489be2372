package diag

import (
	"go/token"
	"slices"
	"strings"
)

// A Reporter collects the errors of one phase. Its methods take the position, the hint
// and the message, in that order.
type Reporter struct {
	Fset   *token.FileSet
	Errs   Errors
	common []sharedError // not in errs yet
}

// Report adds an error at a position of the file set.
func (r *Reporter) Report(pos token.Pos, hint, msg string) {
	r.ReportAt(r.Fset.Position(pos), hint, msg)
}

// ReportAt adds an error at a resolved position.
func (r *Reporter) ReportAt(pos token.Position, hint, msg string) {
	r.Errs = append(r.Errs, &Error{Pos: pos, Msg: msg, Hint: hint})
}

// A sharedError is an error that several methods cause at the same directive of their
// interface. It becomes one error with all their names.
type sharedError struct {
	pos           token.Pos
	hint          string
	before, after string // the message before and after the names
	names         []string
}

// ReportFor adds an error about a method. Methods with the same error at the same position
// share one message, which Flush adds.
func (r *Reporter) ReportFor(pos token.Pos, hint, before, name, after string) {
	for i := range r.common {
		if c := &r.common[i]; c.pos == pos && c.before == before && c.after == after {
			if !slices.Contains(c.names, name) { // every interface that embeds the method reports it
				c.names = append(c.names, name)
			}
			return
		}
	}
	r.common = append(r.common, sharedError{pos, hint, before, after, []string{name}})
}

// Flush adds the errors of ReportFor to Errs.
func (r *Reporter) Flush() {
	for _, c := range r.common {
		r.Report(c.pos, c.hint, c.before+and(c.names)+c.after)
	}
	r.common = nil
}

// and joins names into a list: "A, B and C".
func and(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
