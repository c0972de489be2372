package load

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"runtime"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// check type-checks a source after its imports.
func (l *loader) check(s *source) {
	if s.types != nil || len(s.files) == 0 {
		return
	}
	s.types = types.NewPackage(s.meta.PkgPath, s.meta.Name)
	for _, path := range s.imports {
		if imported := l.importedSource(s, path); imported != nil {
			l.check(imported)
		}
	}
	info := &types.Info{
		Defs: make(map[*ast.Ident]types.Object), Types: make(map[ast.Expr]types.TypeAndValue),
		Scopes: make(map[ast.Node]*types.Scope),
	}
	files := make([]*ast.File, len(s.files))
	for i, file := range s.files {
		files[i] = file.Checked
	}
	var errs []types.Error
	config := types.Config{
		Importer:         Importer(func(path string) (*types.Package, error) { return l.importFor(s, path) }),
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Sizes:            types.SizesFor("gc", l.arch()),
		Error: func(err error) {
			if e, ok := errors.AsType[types.Error](err); ok && l.Fset.Position(e.Pos).Filename != "" {
				errs = append(errs, e)
			}
		},
	}
	if m := s.meta.Module; m != nil && m.GoVersion != "" {
		config.GoVersion = "go" + m.GoVersion
	}
	_ = types.NewChecker(&config, l.Fset, s.types, info).Files(files) // all errors went to Error
	s.types.MarkComplete()
	s.done = true
	if l.sources[s.meta.PkgPath] == s {
		l.imported[s.meta.PkgPath] = s.types // for export data that refers to it
	}

	s.result = l.unchecked(s)
	s.result.Names = make(model.Scope)
	for _, name := range s.types.Scope().Names() {
		s.result.Names[name] = true
	}
	s.result.Files, s.result.Types, s.result.Info, s.result.Errors = s.files, s.types, info, errs
}

// An Importer is a func that implements types.Importer.
type Importer func(path string) (*types.Package, error)

func (f Importer) Import(path string) (*types.Package, error) { return f(path) }

// importFor returns the package that a path means in a source.
func (l *loader) importFor(s *source, path string) (*types.Package, error) {
	if imported := l.importedSource(s, path); imported != nil {
		if !imported.done {
			return nil, fmt.Errorf("import cycle through %s", path)
		}
		return imported.types, nil
	}
	l.importExport(path)
	if p := l.imported[path]; p != nil && p.Complete() && p.Name() != "" { // a package without a name was not found
		return p, nil
	}
	return nil, fmt.Errorf("could not import %s", path)
}

// importedSource returns the source of an imported package of the user, or nil. For an
// external test, the package that it tests includes its test files.
func (l *loader) importedSource(s *source, path string) *source {
	if strings.TrimSuffix(s.meta.PkgPath, "_test") == path {
		for _, root := range l.roots {
			if root.meta.PkgPath == path {
				return root
			}
		}
	}
	return l.sources[path]
}

// arch returns the architecture that sizes are for.
func (l *loader) arch() string { return cmp.Or(setting(l.cfg, "GOARCH"), runtime.GOARCH) }
