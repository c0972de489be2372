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

// casesOf reads the cases of a func from its switches and returns. A comment on the line of
// a return, or of the if or case that it stands in, says when it is reached.
func casesOf(fset *token.FileSet, file *ast.File, fn *ast.FuncDecl) []Case {
	comments := make(map[int]string)
	for _, group := range file.Comments {
		comments[fset.Position(group.Pos()).Line] = strings.TrimSpace(group.Text())
	}
	line := func(n ast.Node) int { return fset.Position(n.Pos()).Line }
	var cases []Case
	var within func(n ast.Node, names []string, when string)
	within = func(n ast.Node, names []string, when string) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CaseClause:
				var own []string
				for _, e := range n.List {
					own = append(own, namesIn(e)...)
				}
				for _, stmt := range n.Body {
					within(stmt, own, comments[line(n)])
				}
				return false
			case *ast.IfStmt:
				own, text := names, cmp.Or(comments[line(n)], when)
				if own == nil {
					own = namesIn(n.Cond)
				}
				within(n.Body, own, text)
				if n.Else != nil {
					within(n.Else, names, when)
				}
				return false
			case *ast.ReturnStmt:
				class, ok := className(n)
				if ok && class != "Unclassified" {
					c := Case{Class: class, Names: names, When: when}
					if text, ok := comments[line(n)]; ok {
						c.When = text
					}
					cases = append(cases, c)
				}
			}
			return true
		})
	}
	within(fn.Body, nil, "")
	return cases
}

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
func namesIn(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return []string{x.Name + "." + e.Sel.Name}
		}
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []string{text}
		}
		return []string{e.Value}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL:
			return namesIn(e.Y)
		case token.LOR:
			return append(namesIn(e.X), namesIn(e.Y)...)
		}
	case *ast.ParenExpr:
		return namesIn(e.X)
	case *ast.CallExpr:
		return namesIn(e.Fun)
	}
	return nil
}
