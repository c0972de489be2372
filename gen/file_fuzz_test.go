package gen

import (
	"errors"
	"go/ast"
	goimporter "go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/resolve"
)

// FuzzFile generates from arbitrary Go files. Whatever the file says, each error has a
// position in the file and is reported once, the same input gives the same answer, and the
// output is Go.
func FuzzFile(f *testing.F) {
	scripts, err := filepath.Glob("../testdata/script/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, scripts)
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		require.NoError(f, err)
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".go") {
				f.Add(string(file.Data))
			}
		}
	}
	std := fewImports()
	f.Fuzz(func(t *testing.T, src string) {
		got := generateFile(t, src, std)
		assert.Equal(t, got, generateFile(t, src, std), "a different answer")
	})
}

// generateFile returns the outputs of a file, or else its errors.
func generateFile(t *testing.T, src string, std types.Importer) []string {
	fset := token.NewFileSet()
	path := filepath.Join(t.TempDir(), "fuzz.go")
	syntax, parseErr := parser.ParseFile(fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if syntax == nil {
		return nil
	}
	file := &load.File{Path: path, Syntax: syntax, Checked: syntax}
	if parseErr != nil {
		return checkErrors(t, fset, syntax, directive.NewScanner().Package(fset, []*load.File{file}).Errs)
	}
	g := &generation{found: make(map[string]bool), made: make(map[string]bool), byPath: make(map[string]*resolve.Draft), scanner: directive.NewScanner()}
	g.pkg(typed(fset, file, std))
	if len(g.errs) > 0 {
		return checkErrors(t, fset, syntax, g.errs)
	}
	g.render()
	require.Empty(t, g.errs, "the output is not Go")
	var outputs []string
	for _, file := range g.files {
		_, err := parser.ParseFile(token.NewFileSet(), "", file.Content, 0)
		require.NoError(t, err)
		outputs = append(outputs, string(file.Content))
	}
	return outputs
}

// typed type-checks a file as the loader would.
func typed(fset *token.FileSet, file *load.File, std types.Importer) *load.Package {
	pkg := &load.Package{
		Package: model.Package{Path: "example.com/fuzz", Name: file.Syntax.Name.Name, Fset: fset, Names: make(model.Scope)},
		Dir:     filepath.Dir(file.Path), Files: []*load.File{file}, RequiresRuntime: true,
		Info: &types.Info{
			Defs: make(map[*ast.Ident]types.Object), Types: make(map[ast.Expr]types.TypeAndValue),
			Scopes: make(map[ast.Node]*types.Scope),
		},
	}
	config := types.Config{Importer: std, IgnoreFuncBodies: true, Error: func(err error) {
		if e, ok := errors.AsType[types.Error](err); ok {
			pkg.Errors = append(pkg.Errors, e)
		}
	}}
	pkg.Types, _ = config.Check(pkg.Path, fset, []*ast.File{file.Syntax}, pkg.Info) // all errors went to Error
	for _, name := range pkg.Types.Scope().Names() {
		pkg.Names[name] = true
	}
	return pkg
}

// fewImports imports the packages that files use most often, once, and no others: looking
// up every path that a fuzzer invents would take too long.
func fewImports() types.Importer {
	from := goimporter.ForCompiler(token.NewFileSet(), "source", nil)
	known := make(map[string]*types.Package)
	for _, path := range []string{"context", "errors", "io", "time"} {
		if pkg, err := from.Import(path); err == nil {
			known[path] = pkg
		}
	}
	return load.Importer(func(path string) (*types.Package, error) {
		if pkg := known[path]; pkg != nil {
			return pkg, nil
		}
		return nil, errors.New("could not import " + path)
	})
}

// checkErrors checks the form of errors, and returns them as they are printed.
func checkErrors(t *testing.T, fset *token.FileSet, syntax *ast.File, errs diag.Errors) []string {
	file := fset.File(syntax.FileStart)
	seen := make(map[string]bool)
	var texts []string
	for _, e := range errs.Sorted() {
		assert.Equal(t, file.Name(), e.Pos.Filename, e.Msg)
		assert.True(t, 1 <= e.Pos.Line && e.Pos.Line <= file.LineCount(), "%v of %d lines: %s", e.Pos, file.LineCount(), e.Msg)
		assert.True(t, 0 <= e.Pos.Offset && e.Pos.Offset <= file.Size(), "%v: %s", e.Pos, e.Msg)
		assert.NotEmpty(t, e.Msg)
		text := strings.TrimPrefix(e.Error(), filepath.Dir(file.Name()))
		assert.False(t, seen[text], "reported twice: %s", text)
		seen[text] = true
		texts = append(texts, text)
	}
	return texts
}
