package directive

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/retrygen/retrygen/gen/internal/load"
)

// A place says what a comment group belongs to, and whether a directive may stand there.
type place struct {
	declaration *Declaration // the type, or the type of the method
	method      *ast.Field   // nil for the type itself
	near        bool         // it is part of an interface, so near misses are reported
	outside     bool         // it is outside all declarations, where a preset may stand
	wrong, hint string       // why a directive may not stand here
}

// places finds the place of each comment group of a file.
type places struct {
	fset    *token.FileSet
	file    *load.File
	of      map[*ast.CommentGroup]place
	anchors []anchor // in source order
	tails   []tail
}

// An anchor is an interface or a method. A comment shortly above it may have been meant
// for it.
type anchor struct {
	start token.Pos // of its doc comment, or of itself
	name  string
}

// A tail is the space between the last method of an interface and its closing brace.
type tail struct {
	start, end token.Pos
	name       string // of the interface
}

func findPlaces(fset *token.FileSet, file *load.File) *places {
	p := &places{fset: fset, file: file, of: make(map[*ast.CommentGroup]place)}
	for _, decl := range file.Syntax.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			p.put(decl.Doc, notInterface("func "+decl.Name.Name))
		case *ast.GenDecl:
			switch decl.Tok {
			case token.TYPE:
				p.types(decl)
			case token.VAR, token.CONST:
				p.put(decl.Doc, notInterface(decl.Tok.String()))
			}
		}
	}
	return p
}

func (p *places) put(group *ast.CommentGroup, at place) {
	if group != nil {
		p.of[group] = at
	}
}

func (p *places) anchor(start token.Pos, doc *ast.CommentGroup, name string) {
	if doc != nil {
		start = doc.Pos()
	}
	p.anchors = append(p.anchors, anchor{start, name})
}

func (p *places) tail(name string, methods *ast.FieldList) {
	start := methods.Opening
	if n := len(methods.List); n > 0 {
		start = methods.List[n-1].End()
	}
	p.tails = append(p.tails, tail{start, methods.Closing, name})
}

func (p *places) types(decl *ast.GenDecl) {
	grouped := decl.Lparen.IsValid()
	if grouped {
		p.put(decl.Doc, place{near: true, wrong: "directive on a type ( ... ) group",
			hint: "put it on the type in the group that it is meant for"})
	}
	for _, spec := range decl.Specs {
		spec := spec.(*ast.TypeSpec)
		doc, start := spec.Doc, spec.Pos()
		if !grouped {
			doc, start = decl.Doc, decl.Pos()
		}
		if !mayBeInterface(spec.Type) {
			p.put(doc, notInterface("type "+spec.Name.Name))
			continue
		}
		d := &Declaration{File: p.file, Spec: spec}
		literal, ok := spec.Type.(*ast.InterfaceType)
		p.put(doc, place{declaration: d, near: ok})
		p.put(spec.Comment, trailing(spec.Name.Name))
		if ok {
			p.anchor(start, doc, spec.Name.Name)
			p.methods(d, literal)
			p.tail(spec.Name.Name, literal.Methods)
		}
	}
}

func (p *places) methods(d *Declaration, iface *ast.InterfaceType) {
	for _, field := range iface.Methods.List {
		if len(field.Names) == 0 {
			p.put(field.Doc, place{near: true, wrong: "directive on an embedded element",
				hint: "redeclare the method in " + d.Name() + " and put the directive on it"})
			p.put(field.Comment, trailing("the embedded element"))
			continue
		}
		name := field.Names[0].Name
		p.put(field.Doc, place{declaration: d, method: field, near: true})
		p.put(field.Comment, trailing(name))
		p.anchor(field.Pos(), field.Doc, name)
	}
}

// at returns the place of a comment group.
func (p *places) at(group *ast.CommentGroup) place {
	if at, ok := p.of[group]; ok {
		return at
	}
	at := place{outside: p.outside(group), wrong: "directive that belongs to nothing",
		hint: "put it in the doc comment of an interface type or of one of its methods"}
	const nearby = 3 // lines; a comment further away was probably not meant for what follows
	for _, t := range p.tails {
		if t.start < group.Pos() && group.Pos() < t.end {
			at.near = true
			at.wrong += ", at the end of " + t.name
			return at
		}
	}
	for _, a := range p.anchors {
		gap := p.line(a.start) - p.line(group.End())
		if a.start > group.End() && gap <= 1 {
			return trailing(a.name) // after the brace
		}
		if a.start > group.End() && gap <= nearby {
			at.near = true
			at.wrong = "directive detached from " + a.name + " by a blank line"
			at.hint = "remove the blank line"
			break
		}
	}
	return at
}

// outside reports whether a group is outside all declarations, and not after one on its
// last line.
func (p *places) outside(group *ast.CommentGroup) bool {
	return !slices.ContainsFunc(p.file.Syntax.Decls, func(decl ast.Decl) bool {
		return decl.Pos() < group.Pos() && (group.Pos() < decl.End() || p.line(group.Pos()) == p.line(decl.End()))
	})
}

func (p *places) line(pos token.Pos) int { return p.fset.Position(pos).Line }

func notInterface(what string) place {
	return place{wrong: "directive on " + what + ", which is neither an interface nor a method of one",
		hint: "put it in the doc comment of an interface type or of one of its methods"}
}

func trailing(what string) place {
	return place{near: true, wrong: "directive in a trailing comment",
		hint: "put it on a line of its own, above " + what}
}

// mayBeInterface reports whether a type expression can denote an interface. For a name,
// only the type checker knows, so the answer is true.
func mayBeInterface(expr ast.Expr) bool {
	switch expr := expr.(type) {
	case *ast.InterfaceType, *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.IndexListExpr:
		return true
	case *ast.ParenExpr:
		return mayBeInterface(expr.X)
	}
	return false
}
