package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// A group is a piece of source with its mutants. At most one of them replaces it.
type group struct {
	kind       kind
	start, end int    // offsets in the file
	typ        string // of a value
	mutants    []*mutant
}

type kind int

const (
	statement kind = iota
	condition      // an expression of type bool
	value          // any other expression
)

// collect finds the mutants of the package.
func (t *target) collect() {
	for _, f := range t.files {
		c := collector{target: t, source: f}
		for _, decl := range f.syntax.Decls {
			c.decl(decl)
		}
	}
}

// A collector finds the mutants of a file.
type collector struct {
	*target
	*source
	in      string           // the func or variable that the walk is in
	results []*ast.FieldList // of the funcs that it is in, the innermost last
	parents []ast.Node       // of the node that it is at
}

func (c *collector) decl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		c.in = nameOf(d)
		ast.Inspect(d, c.visit)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
				c.in = v.Names[0].Name
				ast.Inspect(v, c.visit)
			}
		}
	}
}

// nameOf returns a func's name, with its receiver's type.
func nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	typ, star := d.Recv.List[0].Type, ""
	if p, ok := typ.(*ast.StarExpr); ok {
		typ, star = p.X, "*"
	}
	switch generic := typ.(type) {
	case *ast.IndexExpr:
		typ = generic.X
	case *ast.IndexListExpr:
		typ = generic.X
	}
	if star != "" {
		return fmt.Sprintf("(*%s).%s", show(typ), d.Name.Name)
	}
	return show(typ) + "." + d.Name.Name
}

// visit is called by ast.Inspect, with nil when it leaves a node.
func (c *collector) visit(n ast.Node) bool {
	if n == nil {
		last := len(c.parents) - 1
		switch c.parents[last].(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			c.results = c.results[:len(c.results)-1]
		}
		c.parents = c.parents[:last]
		return true
	}
	if !c.node(n) {
		return false
	}
	c.parents = append(c.parents, n)
	return true
}

// node collects the mutants of a node, and reports whether to look below it.
func (c *collector) node(n ast.Node) bool {
	if e, ok := n.(ast.Expr); ok && c.info.Types[e].Value != nil {
		c.constant(e)
		return false
	}
	switch n := n.(type) {
	case *ast.FuncDecl:
		c.results = append(c.results, n.Type.Results)
	case *ast.FuncLit:
		c.results = append(c.results, n.Type.Results)
	case *ast.ArrayType, *ast.FuncType, *ast.InterfaceType, *ast.StructType:
		return false
	case *ast.GenDecl:
		return n.Tok == token.VAR
	case *ast.BlockStmt:
		c.statements(n.List, c.parents[len(c.parents)-1])
	case *ast.CaseClause:
		c.statements(n.Body, n)
		if s, ok := c.parents[len(c.parents)-2].(*ast.SwitchStmt); ok && s.Tag == nil {
			for _, e := range n.List {
				c.condition(e)
			}
		}
	case *ast.CommClause:
		c.statements(n.Body, n)
	case *ast.IfStmt:
		c.condition(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			c.condition(n.Cond)
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			c.add(n, condition, "negate", "!"+show(n.X), show(n.X), c.textOf(n.X))
		}
	case *ast.BinaryExpr:
		c.binary(n)
	}
	return true
}

// add adds a mutant of a node, unless it is there already.
func (c *collector) add(n ast.Node, kind kind, operator, before, after, text string) {
	g := c.group(n, kind)
	for _, m := range g.mutants {
		if m.text == text {
			return
		}
	}
	place := c.fset.Position(n.Pos())
	line := fmt.Sprintf("%s.%s: %s: %s", c.folder, c.in, operator, before)
	if after != "" {
		line += " -> " + after
	}
	g.mutants = append(g.mutants, &mutant{
		place:  fmt.Sprintf("%s/%s:%d:%d", c.folder, c.name, place.Line, place.Column),
		folder: c.folder,
		path:   c.path,
		line:   line,
		text:   text,
	})
}

// group returns the group of a node.
func (c *collector) group(n ast.Node, kind kind) *group {
	start, end := c.offset(n.Pos()), c.offset(n.End())
	for _, g := range c.groups {
		if g.start == start && g.end == end && g.kind == kind {
			return g
		}
	}
	g := &group{kind: kind, start: start, end: end}
	if e, ok := n.(ast.Expr); ok && kind == value {
		g.typ = types.TypeString(c.info.TypeOf(e), c.qualify)
	}
	c.groups = append(c.groups, g)
	return g
}

// qualify returns how the file names a package.
func (c *collector) qualify(p *types.Package) string {
	if p == c.pkg {
		return ""
	}
	for _, spec := range c.syntax.Imports {
		if name := c.info.PkgNameOf(spec); name != nil && name.Imported() == p {
			return name.Name()
		}
	}
	return p.Name() // not imported: the mutant is dropped
}

func (c *collector) textOf(n ast.Node) string {
	return string(c.text[c.offset(n.Pos()):c.offset(n.End())])
}
