package main

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"

	"golang.org/x/tools/go/packages"
)

// A target is a package to break.
type target struct {
	folder string // in the module, with slashes
	path   string // to import it
	fset   *token.FileSet
	files  []*source
	info   *types.Info
	pkg    *types.Package
	deps   map[string]*types.Package
}

// A source is a file of a target, and where it can be broken.
type source struct {
	name   string // base name
	text   []byte
	syntax *ast.File
	groups []*group // by place, outer ones first
}

// load reads and type-checks packages, without their tests.
func load(ctx context.Context, dir string, folders []string) ([]*target, error) {
	var list []*target
	patterns := make([]string, len(folders))
	for i, folder := range folders {
		patterns[i] = "./" + folder
	}
	loaded, err := packages.Load(&packages.Config{
		Context: ctx,
		Dir:     dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax |
			packages.NeedTypes | packages.NeedTypesInfo | packages.NeedModule,
	}, patterns...)
	if err != nil {
		return nil, err
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			return nil, e
		}
		t, err := newTarget(p)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	if len(list) != len(folders) {
		return nil, fmt.Errorf("there are %d packages in %v", len(list), folders)
	}
	return list, nil
}

func newTarget(p *packages.Package) (*target, error) {
	folder, err := filepath.Rel(p.Module.Dir, p.Dir)
	if err != nil {
		return nil, err
	}
	t := &target{
		folder: filepath.ToSlash(folder), path: p.PkgPath,
		fset: p.Fset, info: p.TypesInfo, pkg: p.Types,
		deps: make(map[string]*types.Package),
	}
	for path, dep := range p.Imports {
		t.deps[path] = dep.Types
	}
	for _, syntax := range p.Syntax {
		name := p.Fset.File(syntax.FileStart).Name()
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t.files = append(t.files, &source{name: filepath.Base(name), text: text, syntax: syntax})
	}
	return t, nil
}

// offset returns where a position is in its file.
func (t *target) offset(p token.Pos) int { return t.fset.Position(p).Offset }
