package load

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A Fault is one error of the type checker. It can have several positions, such as two
// declarations of the same name.
type Fault struct {
	Msg string
	At  []token.Pos // first the position that is reported, then the others
}

// Faults groups the errors of the type checker. The checker reports further positions of a
// fault as separate errors whose messages begin with a tab.
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

// Touches reports whether one of the fault's positions lies between two positions.
func (f Fault) Touches(start, end token.Pos) bool {
	return slices.ContainsFunc(f.At, func(pos token.Pos) bool { return start <= pos && pos <= end })
}
