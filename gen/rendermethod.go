package gen

import (
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"
)

// A body is what is needed to write one method: its names, all different, and
// none of them one that its code uses for something else.
type body struct {
	m       *method
	params  []string
	results []string // nil where the results have no names
	ctx     string   // the context inside the closure
	replay  string   // of a request
	types   []jen.Code
}

// method writes one method.
func (r *renderer) method(m *method, field string) {
	b := r.body(m)
	for _, text := range m.doc(r.w) {
		r.file.Comment(text)
	}
	r.file.Func().Params(r.receive()).Id(m.fn.Name()).
		Params(r.types.parameters(m.sig, b.params)...).
		Add(b.resultList()).
		BlockFunc(func(g *jen.Group) {
			switch {
			case !m.acts && len(b.types) == 0:
				g.Add(r.forward(b))
			case !m.acts:
				g.Return(r.forward(b))
			default:
				r.act(g, b, field)
			}
		})
	r.file.Line()
}

// body chooses the names of a method.
func (r *renderer) body(m *method) *body {
	b := &body{m: m}
	r.types.seen = make(scope)
	for v := range m.sig.Results().Variables() {
		b.types = append(b.types, r.types.code(v.Type()))
	}
	taken := r.types.seen
	r.types.seen = nil
	taken[r.receiver] = true
	if m.acts {
		for _, name := range []string{
			r.imports.add(runtimePath, runtimeName), r.imports.add("context", "context"), "error",
		} {
			taken[name] = true
		}
	}
	if m.ctx == requestParam && m.acts {
		taken[r.imports.add(requestPath, "httpretry")] = true
	}
	b.params = b.chooseParams(taken)
	b.chooseResults(taken)
	switch m.ctx {
	case contextParam:
		b.ctx = b.params[m.ctxAt] // the closure's context hides the caller's
	case requestParam:
		b.ctx = taken.take("ctx")
		b.replay = taken.take("replay")
	}
	return b
}

// chooseParams keeps the user's names where they can stay. Those come first, so
// that none of them has to give way to a name of ours.
func (b *body) chooseParams(taken scope) []string {
	params := b.m.sig.Params()
	names := make([]string, params.Len())
	for i, v := range enumerate(params) {
		if named(v) {
			names[i] = taken.take(v.Name(), lowerFirst(v.Name())+"Arg")
		}
	}
	for i, v := range enumerate(params) {
		switch {
		case named(v):
		case i == b.m.ctxAt && b.m.ctx == contextParam:
			names[i] = taken.take("ctx", "callCtx")
		case i == b.m.ctxAt:
			names[i] = taken.take("req", "request")
		default:
			names[i] = taken.take("arg" + strconv.Itoa(i+1))
		}
	}
	return names
}

// chooseResults names the results where the user has, and where the closure must
// set them because there are several.
func (b *body) chooseResults(taken scope) {
	results := b.m.sig.Results()
	user := results.Len() > 0
	for v := range results.Variables() {
		user = user && v.Name() != ""
	}
	if !user && !b.captures() {
		return
	}
	last := results.Len() - 1
	for i, v := range enumerate(results) {
		switch {
		case named(v):
			b.results = append(b.results, taken.take(v.Name(), lowerFirst(v.Name())+"Result"))
		case i == last && b.m.fails:
			b.results = append(b.results, taken.take("err", "failure"))
		default:
			b.results = append(b.results, taken.take("r"+strconv.Itoa(i+1), "result"+strconv.Itoa(i+1)))
		}
	}
}

// captures reports whether the closure hands its results on through variables,
// because there are more than one beside the error.
func (b *body) captures() bool { return b.m.acts && b.m.sig.Results().Len() > 2 }

func (b *body) resultList() *jen.Statement {
	list := make([]jen.Code, len(b.types))
	for i, t := range b.types {
		list[i] = t
		switch {
		case b.results == nil:
		case shared(b.m.sig.Results(), i):
			list[i] = jen.Id(b.results[i])
		default:
			list[i] = jen.Id(b.results[i]).Add(t)
		}
	}
	switch {
	case len(list) == 0:
		return new(jen.Statement)
	case len(list) == 1 && b.results == nil:
		return new(jen.Statement).Add(list...)
	}
	return jen.Params(list...)
}

// act writes the body of a method with something in force: one statement, where
// it has at most one result beside the error.
func (r *renderer) act(g *jen.Group, b *body, field string) {
	ctx := r.imports.qual("context", "context", "Background").Call()
	switch b.m.ctx {
	case contextParam:
		ctx = jen.Id(b.params[b.m.ctxAt])
	case requestParam:
		g.Id(b.replay).Op(":=").Add(r.imports.qual(requestPath, "httpretry", "NewReplay")).Call(jen.Id(b.params[b.m.ctxAt]))
		g.Defer().Id(b.replay).Dot("Close").Call()
		ctx = jen.Id(b.replay).Dot("Context").Call()
	}
	method := jen.Id(r.receiver).Dot(field)
	switch {
	case b.captures():
		err := jen.Id(b.results[len(b.results)-1])
		g.Add(err.Clone()).Op("=").Add(method).Dot("Do").Call(ctx, r.closure(b).Error().Block(
			jen.List(ids(b.results)...).Op("=").Add(r.forward(b)),
			jen.Return(err.Clone()),
		))
		g.Return(jen.List(ids(b.results)...))
	case len(b.types) == 2:
		g.Return(r.imports.retry("Call").Call(ctx, method, r.closure(b).Params(b.types...).Block(jen.Return(r.forward(b)))))
	default:
		g.Return(method.Dot("Do").Call(ctx, r.closure(b).Error().Block(jen.Return(r.forward(b)))))
	}
}

// closure begins the func that makes one attempt.
func (r *renderer) closure(b *body) *jen.Statement {
	param := new(jen.Statement)
	if b.ctx != "" {
		param.Id(b.ctx)
	}
	return jen.Func().Params(param.Add(r.imports.qual("context", "context", "Context")))
}

// forward is the call of the wrapped method.
func (r *renderer) forward(b *body) *jen.Statement {
	args := ids(b.params)
	if b.m.acts && b.m.ctx == requestParam {
		args[b.m.ctxAt] = jen.Id(b.replay).Dot("Request").Call(jen.Id(b.ctx))
	}
	if b.m.sig.Variadic() {
		last := len(args) - 1
		args[last] = jen.Add(args[last]).Op("...")
	}
	return jen.Id(r.receiver).Dot(r.next).Dot(b.m.fn.Name()).Call(args...)
}

func ids(names []string) []jen.Code {
	list := make([]jen.Code, len(names))
	for i, name := range names {
		list[i] = jen.Id(name)
	}
	return list
}

func named(v *types.Var) bool { return v.Name() != "" && v.Name() != "_" }

// enumerate yields the variables of a tuple with their indices.
func enumerate(t *types.Tuple) func(func(int, *types.Var) bool) {
	return func(yield func(int, *types.Var) bool) {
		for i := range t.Len() {
			if !yield(i, t.At(i)) {
				return
			}
		}
	}
}
