package load

import (
	"go/ast"
	"go/token"
)

// DeclaredNames returns the names that the user's files declare at package level.
func DeclaredNames(files []*File) map[string]token.Pos {
	names := make(map[string]token.Pos)
	for _, file := range files {
		for _, decl := range file.Syntax.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil {
					names[decl.Name.Name] = decl.Name.Pos()
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names[spec.Name.Name] = spec.Name.Pos()
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							names[name.Name] = name.Pos()
						}
					}
				}
			}
		}
	}
	return names
}
