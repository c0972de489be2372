package gen

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A commonFault is what is wrong with several methods at one place: at a directive
// of their interface, which is reported once.
type commonFault struct {
	pos           token.Pos
	hint          string
	before, after string   // the names
	names         []string // of what it is wrong with
}

// errorOf is errorf for a message with the name of a method in it, which others may
// have in common with it.
func (r *resolver) errorOf(pos token.Pos, hint, before, name, after string) {
	for i := range r.common {
		if c := &r.common[i]; c.pos == pos && c.before == before && c.after == after {
			if !slices.Contains(c.names, name) { // a method is in all interfaces that embed it
				c.names = append(c.names, name)
			}
			return
		}
	}
	r.common = append(r.common, commonFault{pos, hint, before, after, []string{name}})
}

// reportCommon reports what errorOf has noted.
func (r *resolver) reportCommon() {
	for _, c := range r.common {
		r.errorf(c.pos, c.hint, c.before+and(c.names)+c.after)
	}
}

// and is a list in words.
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

// touches reports whether a part of a fault lies in a declaration.
func (f fault) touches(d *declaration) bool {
	return slices.ContainsFunc(f.at, func(pos token.Pos) bool { return d.spec.Pos() <= pos && pos <= d.spec.End() })
}
