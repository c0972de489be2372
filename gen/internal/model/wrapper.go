// Package model holds the data that the phases pass on: wrappers, their methods, what is in
// force for each method, and which directive says so.
//
// Package resolve fills the model, and packages render and explain read it. It holds
// positions and Go types, but no syntax trees. It does not know the phases.
package model

import (
	"go/token"
	"go/types"

	"github.com/retrygen/retrygen/policy"
)

// A Package is what the phases after loading know about a package.
type Package struct {
	Path, Name string
	Fset       *token.FileSet
	Types      *types.Package
	Names      Scope // declared at package level
}

// A Wrapper is everything that package render needs to write one output.
type Wrapper struct {
	Path    string // of the file to write
	Pkg     *Package
	Aliases map[string]string // names of the source file's imports, by path
	Build   string            // the build constraint of the source file, "" for none
	Iface   *types.TypeName
	Pos     token.Pos     // of the interface's name
	Name    string        // of the struct
	Shared  policy.Policy // the type's breaker, budget and limit
	Methods []*Method
	Allows  []*Directive // the allow directives of the interface
}
