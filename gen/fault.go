package gen

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A reporter collects the errors of one phase. Every method takes the place first,
// then the hint, then the message.
type reporter struct {
	fset   *token.FileSet
	errs   Errors
	common []sharedError // not in errs yet
}

// report adds an error at a position of the file set.
func (r *reporter) report(pos token.Pos, hint, msg string) {
	r.reportAt(r.fset.Position(pos), hint, msg)
}

// reportAt adds an error at a position that is already resolved.
func (r *reporter) reportAt(pos token.Position, hint, msg string) {
	r.errs = append(r.errs, &Error{Pos: pos, Msg: msg, Hint: hint})
}

// A sharedError is an error that several methods have in common at one place, a
// directive of their interface. It is reported once, with all their names.
type sharedError struct {
	pos           token.Pos
	hint          string
	before, after string // the message before and after the names
	names         []string
}

// reportFor adds an error about a method. Methods with the same error at the same
// place share one message, which flush adds.
func (r *reporter) reportFor(pos token.Pos, hint, before, name, after string) {
	for i := range r.common {
		if c := &r.common[i]; c.pos == pos && c.before == before && c.after == after {
			if !slices.Contains(c.names, name) { // every interface that embeds a method reports it
				c.names = append(c.names, name)
			}
			return
		}
	}
	r.common = append(r.common, sharedError{pos, hint, before, after, []string{name}})
}

// flush adds the errors of reportFor.
func (r *reporter) flush() {
	for _, c := range r.common {
		r.report(c.pos, c.hint, c.before+and(c.names)+c.after)
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

// A fault is one thing that the type checker has found wrong, at one place or at
// several, such as two declarations of one name.
type fault struct {
	msg string
	at  []token.Pos // where it is reported, then where else it lies
}

// faults puts together what the type checker reports one after the other: further
// places of a fault are errors of their own, whose messages begin with a tab.
func (p *loadedPackage) faults() []fault {
	var list []fault
	for _, e := range p.Errors {
		more, ok := strings.CutPrefix(e.Msg, "\t")
		if !ok || len(list) == 0 {
			list = append(list, fault{e.Msg, []token.Pos{e.Pos}})
			continue
		}
		last := &list[len(list)-1]
		last.msg += ", " + more + " at " + filepath.Base(p.Fset.Position(e.Pos).String())
		last.at = append(last.at, e.Pos)
	}
	return list
}

// touches reports whether a part of a fault lies between two positions.
func (f fault) touches(start, end token.Pos) bool {
	return slices.ContainsFunc(f.at, func(pos token.Pos) bool { return start <= pos && pos <= end })
}
