package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/policy"
)

// A body is what is needed to write one method: its names, all different, and
// none of them one that its code uses for something else.
type body struct {
	m       *method
	params  []string
	results []string // nil where the results have no names
	ctx     string   // the context inside the closure
	replay  string   // of a request
	keeps   []shape.Keeping
	rewinds []string // of the parameters that are put back
	bundle  string   // the type of all results but the error, of a hedged method that has several
	types   []jen.Code
	taken   scope
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
	b := &body{m: m, keeps: m.keeps()}
	r.types.seen = make(scope)
	for v := range m.sig.Results().Variables() {
		b.types = append(b.types, r.types.code(v.Type()))
	}
	if m.result != nil {
		r.types.object(m.result)
	}
	if m.fallback != nil && !m.fallback.method {
		r.types.object(m.fallback.fn)
	}
	taken := r.types.seen
	r.noteKey(m, taken)
	r.types.seen = nil
	taken[r.receiver] = true
	if m.acts {
		for _, name := range []string{
			r.imports.add(runtimePath, runtimeName), r.imports.add("context", "context"), "error",
		} {
			taken[name] = true
		}
	}
	if m.ctx == shape.RequestParam && m.acts {
		taken[r.imports.add(requestPath, "httpretry")] = true
	}
	b.params = b.chooseParams(taken)
	b.chooseResults(taken)
	switch m.ctx {
	case shape.ContextParam:
		b.ctx = b.params[m.ctxAt] // the closure's context hides the caller's
	case shape.RequestParam:
		b.ctx = taken.take("ctx")
		b.replay = taken.take("replay")
	case shape.NoContext:
		if b.keeps != nil {
			b.ctx = taken.take("ctx")
		}
	}
	for _, i := range m.rewind {
		b.rewinds = append(b.rewinds, taken.take("rewind", "rewind"+upperFirst(b.params[i])))
	}
	b.taken = taken
	return b
}

// chooseParams keeps the user's names where they can stay. Those come first, so
// that none of them has to give way to a name of ours.
func (b *body) chooseParams(taken scope) []string {
	params := b.m.sig.Params()
	names := make([]string, params.Len())
	for i, v := range shape.Enumerate(params) {
		if shape.Named(v) {
			names[i] = taken.take(v.Name(), lowerFirst(v.Name())+"Arg")
		}
	}
	for i, v := range shape.Enumerate(params) {
		switch {
		case shape.Named(v):
		case i == b.m.ctxAt && b.m.ctx == shape.ContextParam:
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
	if !user && !b.needsNames() {
		return
	}
	b.results = resultNames(b.m, taken)
}

// resultNames chooses names for the results, those of the user's where they can stay.
func resultNames(m *method, taken scope) (names []string) {
	results := m.sig.Results()
	last := results.Len() - 1
	for i, v := range shape.Enumerate(results) {
		switch {
		case shape.Named(v):
			names = append(names, taken.take(v.Name(), lowerFirst(v.Name())+"Result"))
		case i == last && m.fails:
			names = append(names, taken.take("err", "failure"))
		case last == 1:
			names = append(names, taken.take("result", "r1", "result1"))
		default:
			names = append(names, taken.take("r"+strconv.Itoa(i+1), "result"+strconv.Itoa(i+1)))
		}
	}
	return names
}

// hedged reports whether copies of an attempt run on goroutines of their own.
func (b *body) hedged() bool { return b.m.policy.Hedge != (policy.Hedge{}) }

// captures reports whether the closure hands its results on through variables,
// because there are more than one beside the error, or because it has an error of
// its own to return.
func (b *body) captures() bool {
	return b.m.acts && !b.hedged() && (len(b.types) > 2 || len(b.m.rewind) > 0)
}

// needsNames reports whether the code has to name the results.
func (b *body) needsNames() bool {
	return b.captures() || b.m.fallback != nil || b.hedged() && len(b.types) != 2
}

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

// forward is the call of the wrapped method.
func (r *renderer) forward(b *body) *jen.Statement {
	args := r.arguments(b)
	if b.m.acts && b.m.ctx == shape.RequestParam {
		args[b.m.ctxAt] = jen.Id(b.replay).Dot("Request").Call(jen.Id(b.ctx))
	}
	return jen.Id(r.receiver).Dot(r.next).Dot(b.m.fn.Name()).Call(args...)
}

// arguments hands the parameters on to a method of the same signature.
func (r *renderer) arguments(b *body) []jen.Code {
	args := ids(b.params)
	if b.m.sig.Variadic() {
		last := len(args) - 1
		args[last] = jen.Add(args[last]).Op("...")
	}
	return args
}

func ids(names []string) []jen.Code {
	list := make([]jen.Code, len(names))
	for i, name := range names {
		list[i] = jen.Id(name)
	}
	return list
}
