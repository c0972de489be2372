// Package render writes the Go code of a wrapper.
//
// What comes in is a wrapper of package model; what goes out is a formatted file. It
// checks and decides nothing, and knows neither syntax trees nor directives.
package render

import (
	"bytes"
	"fmt"
	"go/format"
	"go/types"
	"maps"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/layout"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/gen/internal/words"
)

// formatConstant is the constant of the runtime that output of this form needs.
const formatConstant = "Format2_IfUndefinedUpdateRetrygenAndRegenerate"

// A renderer writes one wrapper. Its methods are in the order of the output.
type renderer struct {
	w        *model.Wrapper
	file     *jen.File
	imports  *imports
	types    *typeWriter
	fields   []string     // of the struct, one for each method that acts, else ""
	next     string       // the field of the wrapped implementation
	group    string       // the field of the group; "" where the interface has a method Group
	common   []words.Rule // what the methods share, for the comments
	receiver string
	sorters  []sorterFunc
	holders  []*holder // of results, in the order in which the methods need them
}

// Render returns the file of a wrapper. When the result cannot be formatted it
// returns the source as it is, with the error.
func Render(w *model.Wrapper) ([]byte, error) {
	r := newRenderer(w)
	source, err := r.write()
	if err != nil {
		return source, err
	}
	laid, ok := layout.Source(source)
	if !ok {
		if laid, err = format.Source(source); err != nil {
			return source, err
		}
	}
	return append(joinShortFuncs(laid), r.sorterCode()...), nil
}

func newRenderer(w *model.Wrapper) *renderer {
	im := newImports(w.Pkg, w.Aliases)
	return &renderer{w: w, imports: im, types: &typeWriter{imports: im, own: w.Pkg.Types}}
}

// write returns the code, which is not formatted yet.
func (r *renderer) write() ([]byte, error) {
	r.file = jen.NewFilePathName(r.w.Pkg.Types.Path(), r.w.Pkg.Name)
	r.file.NoFormat = true
	r.allocate()
	r.common = r.commonRules()
	r.version()
	r.structDecl()
	r.assertion()
	r.constructor()
	r.unwrap()
	r.groupMethod()
	for i, m := range r.w.Methods {
		r.method(m, r.fields[i])
	}
	r.writeHolders()
	return r.source()
}

// source puts the header and the imports before what jennifer writes.
func (r *renderer) source() ([]byte, error) {
	var code, out bytes.Buffer
	if err := r.file.Render(&code); err != nil {
		return nil, err
	}
	clause, declarations, _ := strings.Cut(code.String(), "\n")
	out.WriteString(model.Header + "\n\n")
	if r.w.Build != "" {
		out.WriteString("//go:build " + r.w.Build + "\n\n")
	}
	out.WriteString(clause + "\n\n" + r.imports.declaration() + declarations)
	return out.Bytes(), nil
}

// allocate chooses the names of what the struct holds, and of its receiver.
func (r *renderer) allocate() {
	for p := range r.typeParams().TypeParams() {
		r.imports.taken[p.Obj().Name()] = true // it hides an import of that name
	}
	r.hideLocals()
	r.imports.add(model.RuntimePath, model.RuntimeName)
	members := model.Scope{"Unwrap": true, "Group": true}
	hasGroup := false
	locals := maps.Clone(r.imports.taken)
	for _, m := range r.w.Methods {
		members[m.Fn.Name()] = true
		hasGroup = hasGroup || m.Fn.Name() == "Group"
		for v := range shape.Variables(m.Sig) {
			locals[v.Name()] = true
		}
	}
	r.next = members.Take("next", "wrapped", "inner")
	if !hasGroup {
		r.group = members.Take("group", "guards")
	}
	for _, m := range r.w.Methods {
		field := ""
		if m.Acts {
			name := model.LowerFirst(m.Fn.Name())
			field = members.Take(name, name+"Method")
		}
		r.fields = append(r.fields, field)
	}
	r.receiver = locals.Take(initial(r.w.Iface.Name()), "w", "self", "wrapper")
}

// initial is the first letter of a name's last word: c for PaymentClient.
func initial(name string) string {
	at := strings.LastIndexFunc(name, func(c rune) bool { return 'A' <= c && c <= 'Z' })
	for _, c := range name[max(at, 0):] {
		return strings.ToLower(string(c))
	}
	return ""
}

// version ties the file to a runtime that understands it.
func (r *renderer) version() {
	r.file.Const().Id("_").Op("=").Add(r.imports.retry(formatConstant))
	r.file.Line()
}

func (r *renderer) structDecl() {
	r.comments(r.typeDoc())
	r.file.Type().Id(r.w.Name).Add(r.declaredParams()).StructFunc(func(g *jen.Group) {
		g.Id(r.next).Add(r.iface())
		if r.group != "" {
			g.Id(r.group).Op("*").Add(r.imports.retry("Group"))
		}
		g.Line()
		g.Comment("Each runs the calls of the method that has its name.")
		for _, names := range r.methodFields() {
			g.Id(names).Op("*").Add(r.imports.retry("Method"))
		}
	})
	r.file.Line()
}

// methodFields are the names of the fields that hold methods, as many to a line as fit.
func (r *renderer) methodFields() []string {
	var lines []string
	for _, field := range r.fields {
		last := len(lines) - 1
		switch {
		case field == "":
		case last >= 0 && len(lines[last])+len(", "+field) <= fieldsWidth:
			lines[last] += ", " + field
		default:
			lines = append(lines, field)
		}
	}
	return lines
}

// fieldsWidth is how many columns a line gives to the names of fields.
const fieldsWidth = 80

// assertion makes a method that is added to the interface break the build until
// the wrapper has it too.
func (r *renderer) assertion() {
	assert := jen.Var().Id("_").Add(r.iface()).Op("=").Parens(jen.Op("*").Add(r.self())).Parens(jen.Nil())
	if r.typeParams().Len() > 0 {
		r.file.Func().Id("_").Add(r.declaredParams()).Params().Block(assert)
	} else {
		r.file.Add(assert)
	}
	r.file.Line()
}

func (r *renderer) constructor() {
	name := model.ConstructorName(r.w.Name)
	guards, specs, newWrapper := r.usedGuards(), r.specs(), r.imports.ref(model.RuntimePath, model.RuntimeName, "NewWrapper")
	// All packages that the body uses have their names now, which locals must not hide.
	locals := maps.Clone(r.imports.taken)
	next, opts, w := locals.Take("next", "wrapped"), locals.Take("opts", "options"), locals.Take("w", "wrapper")
	made := locals.Take(r.receiver, "made")
	of, declarations := r.methodSpecs(specs, locals)

	var body strings.Builder
	fmt.Fprintf(&body, "%s := %s(%q, %s, %s)\n", w, newWrapper, r.w.Iface.Name(), guards.code(1, 0), opts)
	for _, d := range declarations {
		body.WriteString(d + "\n")
		if len(declarations) > 1 {
			body.WriteString("\n")
		}
	}
	fmt.Fprintf(&body, "%s := &%s{\n%s: %s,\n", made, r.w.Name+r.usedNames(), r.next, next)
	if r.group != "" {
		fmt.Fprintf(&body, "%s: %s.Group(),\n", r.group, w)
	}
	for i, m := range r.w.Methods {
		if m.Acts {
			fmt.Fprintf(&body, "%s: %s.Method(%q, %s),\n", r.fields[i], w, m.Fn.Name(), of[i])
		}
	}
	fmt.Fprintf(&body, "}\n%s.Made()\nreturn %s\n", w, made)

	r.comment(name + " wraps " + next + ". Nil " + opts + " mean the zero Options.")
	r.file.Func().Id(name).Add(r.declaredParams()).
		Params(jen.Id(next).Add(r.iface()), jen.Id(opts).Op("*").Add(r.imports.retry("Options"))).
		Op("*").Add(r.self()).
		Op("{\n" + body.String() + "}")
	r.file.Line()
}

// unwrap gives a way to what is wrapped, unless the interface has one of its own
// or is an error, where Unwrap means something else.
func (r *renderer) unwrap() {
	for _, m := range r.w.Methods {
		if name := m.Fn.Name(); name == "Unwrap" || name == "Error" && types.Implements(r.w.Iface.Type(), shape.ErrorInterface) {
			return
		}
	}
	r.comment("Unwrap returns the wrapped " + r.w.Iface.Name() + ".")
	r.file.Func().Params(r.receive()).Id("Unwrap").Params().Add(r.iface()).
		Block(jen.Return(jen.Id(r.receiver).Dot(r.next)))
	r.file.Line()
}

// groupMethod gives a way to the state of the methods, unless the interface has a
// method of that name.
func (r *renderer) groupMethod() {
	if r.group == "" {
		return
	}
	r.comment("Group returns the group that guards the calls.")
	r.file.Func().Params(r.receive()).Id("Group").Params().Op("*").Add(r.imports.retry("Group")).
		Block(jen.Return(jen.Id(r.receiver).Dot(r.group)))
	r.file.Line()
}

// comment writes a comment that is one paragraph.
func (r *renderer) comment(text string) { r.comments([]string{text}) }

// comments writes a comment, each paragraph or item of a list on as many lines as it
// needs.
func (r *renderer) comments(paragraphs []string) {
	for _, p := range paragraphs {
		for _, line := range wrap(p) {
			r.file.Comment(line)
		}
	}
}

func (r *renderer) receive() *jen.Statement {
	return jen.Id(r.receiver).Op("*").Add(r.self())
}

// iface is the interface with its type parameters as arguments, self the struct.
func (r *renderer) iface() *jen.Statement { return jen.Id(r.w.Iface.Name()).Add(r.usedParams()) }

func (r *renderer) self() *jen.Statement { return jen.Id(r.w.Name).Add(r.usedParams()) }

func (r *renderer) typeParams() *types.TypeParamList { return shape.TypeParamsOf(r.w.Iface) }

// declaredParams is the list of type parameters with their constraints,
// usedParams that of their names.
func (r *renderer) declaredParams() *jen.Statement {
	return r.paramList(func(p *types.TypeParam) *jen.Statement {
		return jen.Id(p.Obj().Name()).Add(r.types.code(p.Constraint()))
	})
}

func (r *renderer) usedParams() *jen.Statement {
	return r.paramList(func(p *types.TypeParam) *jen.Statement { return jen.Id(p.Obj().Name()) })
}

// usedNames is usedParams as text.
func (r *renderer) usedNames() string {
	var names []string
	for p := range r.typeParams().TypeParams() {
		names = append(names, p.Obj().Name())
	}
	if names == nil {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func (r *renderer) paramList(write func(*types.TypeParam) *jen.Statement) *jen.Statement {
	s := new(jen.Statement)
	params := r.typeParams()
	if params.Len() == 0 {
		return s
	}
	list := make([]jen.Code, 0, params.Len())
	for p := range params.TypeParams() {
		list = append(list, write(p))
	}
	return s.Types(list...)
}
