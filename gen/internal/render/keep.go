package render

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// A holder is the type of a generated file that puts something around a result whose
// type is an interface, to know when the result needs its context no longer.
type holder struct {
	of    types.Type
	ends  []shape.Ending
	name  string
	embed string // the field of the result
	alias bool   // the field needs a name that is not the type's
	field string // of the hold
	owner bool   // the interface has no method of the name of those that lead to the result
}

// leadsBack is the name of the method by which the runtime finds the result again when
// a holder comes back as a parameter.
const leadsBack = "RetryHold"

// kept is the result of a call of the wrapped method as the closure returns it: the
// variable of that name, handed over to a func that keeps its context.
func (r *renderer) kept(b *body, i int, name string) *jen.Statement {
	result := jen.Id(name)
	if b.keeps == nil {
		return result
	}
	ctx := jen.Id(b.ctx)
	switch b.keeps[i] {
	case shape.KeepNothing:
		return result
	case shape.KeepReader:
		return r.imports.retry("KeepReadCloser").Call(ctx, result)
	case shape.KeepResponse:
		return r.imports.qual(model.RequestPath, "httpretry", "KeepResponse").Call(ctx, result)
	case shape.KeepField:
		return r.keptField(b, i, ctx, result)
	case shape.KeepInterface:
		h := r.holder(b.m.Sig.Results().At(i).Type())
		return r.imports.retry("KeepAs").Call(ctx, result, jen.Id("new"+model.UpperFirst(h.name)).Add(r.usedParams()))
	case shape.KeepUntilCollected:
		return r.imports.retry("KeepUntilCollected").Call(ctx, result)
	default:
		return r.imports.retry("Keep").Call(ctx, result)
	}
}

// keptField keeps the context for the reader in a field of a result.
func (r *renderer) keptField(b *body, i int, ctx, result *jen.Statement) *jen.Statement {
	t := b.m.Sig.Results().At(i).Type()
	of := jen.Id("of")
	field := jen.Func().Params(of.Clone().Add(b.types[i])).Op("*").Add(r.imports.qual("io", "io", "ReadCloser")).
		Block(jen.Return(jen.Op("&").Add(of.Clone()).Dot(shape.StreamField(t).Name())))
	return r.imports.retry("KeepField").Call(ctx, result, field)
}

// keptAll is kept for all results but the error.
func (r *renderer) keptAll(b *body, names []string) []jen.Code {
	list := make([]jen.Code, len(names)-1)
	for i, name := range names[:len(names)-1] {
		list[i] = r.kept(b, i, name)
	}
	return list
}

// wrapped returns the types of the results that the wrapper puts something around.
func (r *renderer) wrapped() []types.Type {
	var list []types.Type
	for _, m := range r.w.Methods {
		for i, k := range m.Keeps() {
			if k == shape.KeepInterface {
				list = append(list, m.Sig.Results().At(i).Type())
			}
		}
	}
	return list
}

// holder returns the holder for a type, which is made for the first result of it.
func (r *renderer) holder(t types.Type) *holder {
	for _, h := range r.holders {
		if types.Identical(h.of, t) {
			return h
		}
	}
	methods := make(model.Scope)
	for fn := range t.Underlying().(*types.Interface).Methods() {
		methods[fn.Name()] = true
	}
	h := &holder{of: t, ends: shape.Endings(t), field: methods.Take("hold", "held")}
	h.owner = !methods[leadsBack] && !methods["Unwrap"] && !shape.IsError(t)
	noun := "result"
	if named, ok := t.(interface{ Obj() *types.TypeName }); ok {
		noun = named.Obj().Name()
		h.embed = noun
	}
	h.name = r.imports.taken.Take(model.LowerFirst(noun) + "Of" + model.UpperFirst(r.w.Name))
	if h.embed == "" || methods[h.embed] || h.embed == h.field {
		h.alias = true
		h.embed = r.imports.taken.Take("kept" + model.UpperFirst(h.name))
	}
	r.holders = append(r.holders, h)
	return h
}

// writeHolders writes the holders that the methods need.
func (r *renderer) writeHolders() {
	for _, h := range r.holders {
		r.writeHolder(h)
	}
}

func (r *renderer) writeHolder(h *holder) {
	of, embedded := r.types.code(h.of), r.types.code(h.of)
	if h.alias {
		embedded = jen.Id(h.embed).Add(r.usedParams())
		r.file.Type().Id(h.embed).Add(r.declaredParams()).Op("=").Add(of)
		r.file.Line()
	}
	r.comment(h.name + " keeps the context of the call that returned it.")
	r.file.Type().Id(h.name).Add(r.declaredParams()).Struct(
		embedded.Clone(),
		jen.Id(h.field).Op("*").Add(r.imports.retry("Hold")),
	)
	r.file.Line()
	self := jen.Id(h.name).Add(r.usedParams())
	result, hold := "result", "hold"
	r.file.Func().Id("new"+model.UpperFirst(h.name)).Add(r.declaredParams()).
		Params(jen.Id(result).Add(of.Clone()), jen.Id(hold).Op("*").Add(r.imports.retry("Hold"))).Add(of.Clone()).
		Block(jen.Return(jen.Op("&").Add(self.Clone()).Values(jen.Id(result), jen.Id(hold))))
	r.file.Line()

	for _, end := range h.ends {
		r.writeEnding(h, self, end)
	}
	if !h.owner {
		return
	}
	r.file.Commentf("Unwrap returns the result of the wrapped method.")
	r.file.Func().Params(jen.Id(r.receiver).Op("*").Add(self.Clone())).Id("Unwrap").Params().Add(of.Clone()).
		Block(jen.Return(jen.Id(r.receiver).Dot(h.embed)))
	r.file.Line()
	r.file.Commentf("%s lets a wrapper hand on the result itself when it is passed this value.", leadsBack)
	r.file.Func().Params(jen.Id(r.receiver).Op("*").Add(self.Clone())).Id(leadsBack).Params().Op("*").Add(r.imports.retry("Hold")).
		Block(jen.Return(jen.Id(r.receiver).Dot(h.field)))
	r.file.Line()
}

// writeEnding writes a method of a holder that may end the result.
func (r *renderer) writeEnding(h *holder, self *jen.Statement, end shape.Ending) {
	m := &model.Method{Fn: end.Fn, Sig: end.Fn.Signature(), Fails: shape.Fails(end.Fn.Signature())}
	b := r.body(m)
	name := end.Fn.Name()
	hold := jen.Id(r.receiver).Dot(h.field)
	call := jen.Id(r.receiver).Dot(h.embed).Dot(name).Call(r.arguments(b)...)
	if end.When != shape.EndsAlways && b.results == nil {
		b.results = resultNames(m, b.taken)
		if end.When == shape.EndsOnNo {
			b.results[0] = b.taken.Take("more", "ok")
		}
	}
	r.comment(name + " " + endings[end.When])
	r.file.Func().Params(jen.Id(r.receiver).Op("*").Add(self.Clone())).Id(name).
		Params(r.types.parameters(m.Sig, b.params)...).
		Add(b.resultList()).
		BlockFunc(func(g *jen.Group) {
			switch {
			case end.When != shape.EndsAlways:
				last := jen.Id(b.results[len(b.results)-1])
				g.List(ids(b.results)...).Op("=").Add(call)
				switch end.When {
				case shape.EndsOnNo:
					g.If(jen.Op("!").Add(last)).Block(hold.Dot("Release").Call())
				case shape.EndsOnErr:
					g.If(last.Clone().Op("!=").Nil()).Block(hold.Dot("Release").Call())
				default:
					g.Add(hold.Dot("ReleaseAtEOF").Call(last))
				}
				g.Return(ids(b.results)...)
			case len(b.types) == 0:
				g.Defer().Add(hold.Dot("Release").Call())
				g.Add(call)
			default:
				g.Defer().Add(hold.Dot("Release").Call())
				g.Return(call)
			}
		})
	r.file.Line()
}

// endings say when a method of a holder gives the context up.
var endings = map[shape.EndsWhen]string{
	shape.EndsAlways: "gives up the context when it returns.",
	shape.EndsAtEOF:  "gives up the context after io.EOF.",
	shape.EndsOnErr:  "gives up the context after an error.",
	shape.EndsOnNo:   "gives up the context at the end.",
}
