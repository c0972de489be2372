package load

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A Fault is one thing that the type checker has found wrong, at one place or at
// several, such as two declarations of one name.
type Fault struct {
	Msg string
	At  []token.Pos // where it is reported, then where else it lies
}

// Faults puts together what the type checker reports one after the other: further
// places of a fault are errors of their own, whose messages begin with a tab.
func (p *Package) Faults() []Fault {
	var list []Fault
	for _, e := range p.Errors {
		more, ok := strings.CutPrefix(e.Msg, "\t")
		if !ok || len(list) == 0 {
			list = append(list, Fault{e.Msg, []token.Pos{e.Pos}})
			continue
		}
		last := &list[len(list)-1]
		last.Msg += ", " + more + " at " + filepath.Base(p.Fset.Position(e.Pos).String())
		last.At = append(last.At, e.Pos)
	}
	return list
}

// Touches reports whether a part of a fault lies between two positions.
func (f Fault) Touches(start, end token.Pos) bool {
	return slices.ContainsFunc(f.At, func(pos token.Pos) bool { return start <= pos && pos <= end })
}
