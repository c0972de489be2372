package libraries

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed rows/*.go
var rows embed.FS

// A Row is the code that sorts the errors of a library.
type Row struct {
	Name    string // of the func
	Doc     string // what the func does, as a sentence without the name of the func
	Imports []Import
	Cases   []Case   // in the order of the code
	Locals  []string // what the func declares, which would hide imports of these names

	Predeclared []string // what the func needs of Go's own names

	text    string      // of the func, after its name
	offsets []reference // where the text refers to an import, or to the func itself
}

// An Import is a package that a row needs.
type Import struct {
	Path  string // for the major version that the row is written for
	Name  string
	Names []string // what the row uses of the package
}

// A reference is where the text of a row names an import.
type reference struct {
	at   int // offset in the text
	name string
}

// Code returns the code of a kind, or nil if it needs none.
func (k *Kind) Code() *Row { return parsed()[k.Row] }

// SequenceCode returns the code for methods that wait for messages, or nil if they need none
// of their own.
func (k *Kind) SequenceCode() *Row { return parsed()[k.Sequence] }

// Path returns the path of an import for a major version of the kind's module.
func (k *Kind) Path(i Import, major string) string {
	if rest, ok := strings.CutPrefix(i.Path, k.Module+k.Major); ok && k.Module != "" {
		return k.Module + major + rest
	}
	return i.Path
}

// Func returns the func under a name, with the names that its file gives to the imports.
func (r *Row) Func(name string, named func(Import) string) string {
	var b strings.Builder
	b.WriteString("func " + name)
	last := 0
	for _, ref := range r.offsets {
		to := name
		if i := slices.IndexFunc(r.Imports, func(i Import) bool { return i.Name == ref.name }); i >= 0 {
			to = named(r.Imports[i])
		}
		b.WriteString(r.text[last:ref.at] + to)
		last = ref.at + len(ref.name)
	}
	b.WriteString(r.text[last:])
	return b.String()
}

// parsed returns the rows by the names of their files.
var parsed = sync.OnceValue(func() map[string]*Row {
	entries, err := rows.ReadDir("rows")
	if err != nil {
		panic(err)
	}
	all := make(map[string]*Row, len(entries))
	for _, entry := range entries {
		content, err := rows.ReadFile("rows/" + entry.Name())
		if err == nil {
			all[entry.Name()], err = parseRow(string(content))
		}
		if err != nil {
			panic(fmt.Sprintf("libraries: row %s: %v", entry.Name(), err))
		}
	}
	return all
})

// parseRow reads a file with one func.
func parseRow(content string) (*Row, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	row := &Row{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		row.Imports = append(row.Imports, Import{Path: path, Name: nameOf(spec, path)})
	}
	fn, ok := file.Decls[len(file.Decls)-1].(*ast.FuncDecl)
	if !ok || fn.Doc == nil {
		return nil, fmt.Errorf("the last declaration is not a func with a comment")
	}
	doc := strings.Join(strings.Fields(fn.Doc.Text()), " ")
	row.Doc = strings.TrimPrefix(doc, fn.Name.Name+" ")
	offset := func(pos token.Pos) int { return fset.Position(pos).Offset }
	start := offset(fn.Name.End())
	row.text, row.Name = content[start:offset(fn.End())], fn.Name.Name
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == row.Name {
			row.offsets = append(row.offsets, reference{offset(id.Pos()) - start, row.Name})
		}
		return true
	})
	ast.Inspect(fn, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok {
			row.use(x.Name, sel.Sel.Name, offset(x.Pos())-start)
		}
		return true
	})
	row.Locals, row.Predeclared = localsOf(fn), predeclaredIn(fn)
	slices.SortFunc(row.offsets, func(a, b reference) int { return a.at - b.at })
	row.Cases = casesOf(fset, file, fn, func(name string) bool {
		return slices.ContainsFunc(row.Imports, func(i Import) bool { return i.Name == name })
	})
	return row, nil
}

// localsOf returns the names that a func declares.
func localsOf(fn *ast.FuncDecl) []string {
	var names []string
	declare := func(list ...ast.Expr) {
		for _, e := range list {
			if id, ok := e.(*ast.Ident); ok && id.Name != "_" && !slices.Contains(names, id.Name) {
				names = append(names, id.Name)
			}
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncType:
			for _, param := range n.Params.List {
				for _, name := range param.Names {
					declare(name)
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				declare(n.Lhs...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				declare(n.Key, n.Value)
			}
		}
		return true
	})
	return names
}

// predeclaredIn returns the predeclared names that a func uses.
func predeclaredIn(fn *ast.FuncDecl) []string {
	var names []string
	var look func(n ast.Node) bool
	look = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			ast.Inspect(n.X, look)
			return false
		case *ast.Ident:
			if types.Universe.Lookup(n.Name) != nil && !slices.Contains(names, n.Name) {
				names = append(names, n.Name)
			}
		}
		return true
	}
	ast.Inspect(fn, look)
	return names
}

// use notes that the text uses a name of an import. Qualifiers that are no imports are
// variables.
func (r *Row) use(qualifier, name string, at int) {
	i := slices.IndexFunc(r.Imports, func(i Import) bool { return i.Name == qualifier })
	if i < 0 {
		return
	}
	r.offsets = append(r.offsets, reference{at, qualifier})
	if used := &r.Imports[i]; !slices.Contains(used.Names, name) {
		used.Names = append(used.Names, name)
	}
}

// nameOf returns the name of an import. The rows write it wherever the path does not tell.
func nameOf(spec *ast.ImportSpec, path string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}
