package review

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
)

// This file reads the bodies of methods. The loader has left them out, because types do not
// need them.

// A called is a method that is called on a field of the receiver.
type called struct{ field, method string }

// bodies are files that are parsed with the bodies of their funcs, by path.
type bodies map[string]*parsed

type parsed struct {
	fset *token.FileSet
	file *ast.File
}

// calls finds the calls in a method of a struct, and in other methods of the struct that it
// calls.
func (b bodies) calls(fset *token.FileSet, obj *types.TypeName, fn types.Object, found *[]called, seen map[types.Object]bool) {
	if seen[fn] {
		return
	}
	seen[fn] = true
	decl, receiver := b.find(fset.Position(fn.Pos()), fn.Name())
	if decl == nil || decl.Body == nil {
		return
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		switch x := sel.X.(type) {
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok && id.Name == receiver {
				*found = append(*found, called{x.Sel.Name, sel.Sel.Name})
			}
		case *ast.Ident:
			if x.Name != receiver {
				return true
			}
			next, index, _ := types.LookupFieldOrMethod(obj.Type(), true, obj.Pkg(), sel.Sel.Name)
			if s, ok := obj.Type().Underlying().(*types.Struct); ok && next != nil && len(index) > 1 {
				*found = append(*found, called{s.Field(index[0]).Name(), sel.Sel.Name}) // of an embedded field
			} else if next != nil {
				b.calls(fset, obj, next, found, seen)
			}
		}
		return true
	})
}

// find returns the declaration of a method at a position, and the name of its receiver.
func (b bodies) find(at token.Position, name string) (*ast.FuncDecl, string) {
	if at.Filename == "" {
		return nil, ""
	}
	p := b[at.Filename]
	if p == nil {
		p = &parsed{fset: token.NewFileSet()}
		p.file, _ = parser.ParseFile(p.fset, at.Filename, nil, parser.SkipObjectResolution) // without a file there are no calls
		b[at.Filename] = p
	}
	if p.file == nil {
		return nil, ""
	}
	for _, decl := range p.file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != name || p.fset.Position(fn.Name.Pos()).Line != at.Line || fn.Recv == nil {
			continue
		}
		if names := fn.Recv.List[0].Names; len(names) == 1 {
			return fn, names[0].Name
		}
	}
	return nil, ""
}
