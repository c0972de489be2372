package libraries

import (
	"cmp"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// A Case is a class, and what is sorted into it.
type Case struct {
	Class string   // Transient, as in retry.ClassTransient, or ByStatus
	Names []string // names and numbers, as the code spells them; empty for the rest
	When  string   // a condition, as in "with a RetryInfo"; "" for none

	Prefixes []string // beginnings of codes, for any code that no case names
}

// Matches reports whether the case is about an error that a person names: NotFound,
// NOT_FOUND and codes.NotFound are the same, and so are numbers.
func (c Case) Matches(said string) bool {
	for _, name := range append(strings.Split(c.When, ", "), c.Names...) {
		if plain(name) != "" && plain(name) == plain(said) {
			return true
		}
	}
	return false
}

// plain removes what spellings of a name differ in.
func plain(name string) string {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(name)
}

// A caseReader reads the cases of a func from its switches, ifs and returns.
type caseReader struct {
	fset     *token.FileSet
	comments map[int]string // by line
	imported func(name string) bool
	cases    []Case
}

// casesOf reads the cases of a func. A comment on the line of a return, or of the if or case
// that it stands in, says when it is reached.
func casesOf(fset *token.FileSet, file *ast.File, fn *ast.FuncDecl, imported func(string) bool) []Case {
	r := caseReader{fset: fset, comments: make(map[int]string), imported: imported}
	for _, group := range file.Comments {
		r.comments[fset.Position(group.Pos()).Line] = strings.TrimSpace(group.Text())
	}
	r.read(fn.Body, nil, "")
	return r.cases
}

// read reads a statement that is reached for the errors with those names, under a condition.
func (r *caseReader) read(n ast.Node, names []string, when string) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CaseClause:
			own, when := r.narrow(n.List, names), cmp.Or(r.comment(n), when)
			for _, stmt := range n.Body {
				r.read(stmt, own, when)
			}
			return false
		case *ast.IfStmt:
			r.read(n.Body, r.narrow([]ast.Expr{n.Cond}, names), cmp.Or(r.comment(n), when))
			if n.Else != nil {
				r.read(n.Else, names, when)
			}
			return false
		case *ast.ReturnStmt:
			if class, ok := className(n); ok && class != "Unclassified" {
				r.cases = append(r.cases, Case{Class: class, Names: names, When: cmp.Or(r.comment(n), when)})
			}
		}
		return true
	})
}

// narrow returns the names in expressions. Funcs only set a condition where there are names
// already.
func (r *caseReader) narrow(list []ast.Expr, names []string) []string {
	var own []string
	for _, e := range list {
		if _, isCall := e.(*ast.CallExpr); isCall && names != nil {
			return names
		}
		own = append(own, r.namesIn(e)...)
	}
	if own == nil {
		return names
	}
	return own
}

func (r *caseReader) comment(n ast.Node) string { return r.comments[r.fset.Position(n.Pos()).Line] }

// ByStatus is the Class of a case that goes by the status of HTTP.
const ByStatus = "OfStatus"

// className returns the class that a statement returns.
func className(n *ast.ReturnStmt) (string, bool) {
	if len(n.Results) == 0 {
		return "", false
	}
	result := n.Results[0]
	if call, ok := result.(*ast.CallExpr); ok {
		result = call.Fun
	}
	sel, ok := result.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	return strings.CutPrefix(sel.Sel.Name, "Class")
}

// namesIn returns the names, numbers and texts that an expression compares with.
func (r *caseReader) namesIn(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && r.imported(x.Name) {
			return []string{x.Name + "." + e.Sel.Name}
		}
		return r.namesIn(e.X)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []string{text}
		}
		return []string{e.Value}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL:
			return r.namesIn(e.Y)
		case token.LOR:
			return append(r.namesIn(e.X), r.namesIn(e.Y)...)
		}
	case *ast.ParenExpr:
		return r.namesIn(e.X)
	case *ast.CallExpr:
		return r.namesIn(e.Fun)
	}
	return nil
}
