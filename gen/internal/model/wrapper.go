// Package model holds the plain data that the phases pass on: wrappers, their methods, what
// is in force for each method and which directive says so.
//
// Package resolve fills it, and packages render and explain read it. It holds positions
// and Go types, but no syntax trees, and knows no phase.
package model

import (
	"go/token"
	"go/types"

	"github.com/retrygen/retrygen/policy"
)

// A Package is what the phases after loading know of a package.
type Package struct {
	Path, Name string
	Fset       *token.FileSet
	Types      *types.Package
	Names      Scope // declared at package level
}

// A Wrapper is everything that is written about one interface.
type Wrapper struct {
	Path    string // of the file to write
	Pkg     *Package
	Aliases map[string]string // names that the source file gives its imports, by path
	Build   string            // the build constraint of the source, "" for none
	Iface   *types.TypeName
	Pos     token.Pos     // of the interface's name
	Name    string        // of the struct
	Shared  policy.Policy // the type's breaker, budget and limit
	Methods []*Method
}
