package gen

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

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
