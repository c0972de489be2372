package render

import (
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/policy"
)

// A body is what is needed to write one method: its names, all different, and
// none of them one that its code uses for something else.
type body struct {
	m        *model.Method
	params   []string
	results  []string // nil where the results have no names
	ctx      string   // the context inside the closure
	replay   string   // of a request
	whole    string   // the call with its fallback
	wholeCtx string   // its context
	keeps    []shape.Keeping
	fields   string   // the fields of parameters that may have to be put back; "" without any
	rewinds  []string // of the parameters that are put back
	bundle   string   // the type of all results but the error, of a hedged method that has several
	types    []jen.Code
	taken    model.Scope
}

// method writes one method.
func (r *renderer) method(m *model.Method, field string) {
	b := r.body(m)
	r.comments(r.methodDoc(m))
	r.file.Func().Params(r.receive()).Id(m.Fn.Name()).
		Params(r.types.parameters(m.Sig, b.params)...).
		Add(b.resultList()).
		BlockFunc(func(g *jen.Group) {
			switch {
			case !m.Acts && len(b.types) == 0:
				g.Add(r.forward(b))
			case !m.Acts:
				g.Return(r.forward(b))
			default:
				r.act(g, b, field)
			}
		})
	r.file.Line()
}

// body chooses the names of a method.
func (r *renderer) body(m *model.Method) *body {
	b := &body{m: m, keeps: m.Keeps()}
	r.types.seen = make(model.Scope)
	for v := range m.Sig.Results().Variables() {
		b.types = append(b.types, r.types.code(v.Type()))
	}
	if m.Result != nil {
		r.types.object(m.Result)
	}
	r.noteErrorIn(m)
	if m.Fallback != nil && !m.Fallback.Method {
		r.types.object(m.Fallback.Fn)
	}
	taken := r.types.seen
	r.noteKey(m, taken)
	r.types.seen = nil
	taken[r.receiver] = true
	if m.Acts {
		for _, name := range []string{
			r.imports.add(model.RuntimePath, model.RuntimeName), r.imports.add("context", "context"), "error",
		} {
			taken[name] = true
		}
	}
	if m.Ctx == shape.RequestParam && m.Acts {
		taken[r.imports.add(model.RequestPath, "httpretry")] = true
	}
	b.params = b.chooseParams(taken)
	b.chooseResults(taken)
	switch m.Ctx {
	case shape.ContextParam:
		b.ctx = b.params[m.CtxAt] // the closure's context hides the caller's
	case shape.RequestParam:
		b.ctx = taken.Take("ctx")
		b.replay = taken.Take("replay")
	case shape.NoContext:
		if b.keeps != nil {
			b.ctx = taken.Take("ctx")
		}
	}
	for _, i := range m.Rewind {
		b.rewinds = append(b.rewinds, taken.Take("rewind", "rewind"+model.UpperFirst(b.params[i])))
	}
	if len(m.Fields) > 0 {
		b.fields = taken.Take("fields", "fieldsUsedUp")
	}
	b.taken = taken
	return b
}

// chooseParams keeps the user's names where they can stay. Those come first, so
// that none of them has to give way to a name of ours.
func (b *body) chooseParams(taken model.Scope) []string {
	params := b.m.Sig.Params()
	names := make([]string, params.Len())
	for i, v := range shape.Enumerate(params) {
		if shape.Named(v) {
			names[i] = taken.Take(v.Name(), model.LowerFirst(v.Name())+"Arg")
		}
	}
	for i, v := range shape.Enumerate(params) {
		switch {
		case shape.Named(v):
		case i == b.m.CtxAt && b.m.Ctx == shape.ContextParam:
			names[i] = taken.Take("ctx", "callCtx")
		case i == b.m.CtxAt:
			names[i] = taken.Take("req", "request")
		default:
			names[i] = taken.Take("arg" + strconv.Itoa(i+1))
		}
	}
	return names
}

// chooseResults names the results where the user has, and where the closure must
// set them because there are several.
func (b *body) chooseResults(taken model.Scope) {
	results := b.m.Sig.Results()
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
func resultNames(m *model.Method, taken model.Scope) (names []string) {
	results := m.Sig.Results()
	last := results.Len() - 1
	for i, v := range shape.Enumerate(results) {
		switch {
		case shape.Named(v):
			names = append(names, taken.Take(v.Name(), model.LowerFirst(v.Name())+"Result"))
		case i == last && m.Fails:
			names = append(names, taken.Take("err", "failure"))
		case shape.DataResults(m.Sig) == 1:
			names = append(names, taken.Take("result", "r1", "result1"))
		default:
			names = append(names, taken.Take("r"+strconv.Itoa(i+1), "result"+strconv.Itoa(i+1)))
		}
	}
	return names
}

// hedged reports whether copies of an attempt run on goroutines of their own.
func (b *body) hedged() bool { return b.m.Policy.Hedge != (policy.Hedge{}) }

// captures reports whether the closure hands its results on through variables,
// because there are more than one beside the error, or because it has an error of
// its own to return.
func (b *body) captures() bool {
	return b.m.Acts && !b.hedged() && (len(b.types) > 2 || len(b.m.Rewind) > 0 || len(b.m.Fields) > 0)
}

// needsNames reports whether the code has to name the results.
func (b *body) needsNames() bool {
	return b.m.Acts && b.m.ErrorIn != nil || b.captures() || b.demands() || b.m.Fallback != nil || b.hedged() && len(b.types) != 2
}

// demands reports whether the call may end before its first attempt, because a field
// cannot be put back.
func (b *body) demands() bool {
	return slices.ContainsFunc(b.m.Fields, func(f model.Field) bool { return f.Demand })
}

func (b *body) resultList() *jen.Statement {
	list := make([]jen.Code, len(b.types))
	for i, t := range b.types {
		list[i] = t
		switch {
		case b.results == nil:
		case shared(b.m.Sig.Results(), i):
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
	for i, v := range shape.Enumerate(b.m.Sig.Params()) {
		if shape.ComesBack(v.Type(), r.wrapped()) {
			args[i] = r.imports.retry("Original").Call(args[i])
		}
	}
	if b.fields != "" && b.m.Ctx == shape.ContextParam {
		args[b.m.CtxAt] = jen.Id(b.fields).Dot("Inside").Call(jen.Id(b.ctx))
	}
	if b.m.Acts && b.m.Ctx == shape.RequestParam {
		args[b.m.CtxAt] = jen.Id(b.replay).Dot("Request").Call(jen.Id(b.ctx))
	}
	return jen.Id(r.receiver).Dot(r.next).Dot(b.m.Fn.Name()).Call(args...)
}

// arguments hands the parameters on to a method of the same signature.
func (r *renderer) arguments(b *body) []jen.Code {
	args := ids(b.params)
	if b.m.Sig.Variadic() {
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
