package render

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// A holder is the type of a generated file that puts an interface with Close around
// a result of that type, to know when it is closed.
type holder struct {
	of    types.Type
	close *types.Func
	name  string
	embed string // the field of the result
	alias bool   // the field needs a name that is not the type's
	field string // of the hold
}

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
	case shape.KeepCloser:
		h := r.holder(b.m.Sig.Results().At(i).Type())
		return r.imports.retry("KeepAs").Call(ctx, result, jen.Id("new"+model.UpperFirst(h.name)).Add(r.usedParams()))
	case shape.KeepUntilCollected:
		return r.imports.retry("KeepUntilCollected").Call(ctx, result)
	default:
		return r.imports.retry("Keep").Call(ctx, result)
	}
}

// keptAll is kept for all results but the error.
func (r *renderer) keptAll(b *body, names []string) []jen.Code {
	list := make([]jen.Code, len(names)-1)
	for i, name := range names[:len(names)-1] {
		list[i] = r.kept(b, i, name)
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
	fn, _ := shape.LookupMethod(t, "Close")
	methods := make(model.Scope)
	for fn := range t.Underlying().(*types.Interface).Methods() {
		methods[fn.Name()] = true
	}
	h := &holder{of: t, close: fn, field: methods.Take("hold", "held")}
	noun := "result"
	if named, ok := t.(interface{ Obj() *types.TypeName }); ok {
		noun = named.Obj().Name()
		h.embed = noun
	}
	h.name = r.imports.taken.Take(model.LowerFirst(noun) + "Of" + model.UpperFirst(r.w.Name))
	if h.embed == "" || methods[h.embed] || h.embed == h.field {
		h.alias = true
		h.embed = r.imports.taken.Take("closable" + model.UpperFirst(h.name))
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
	r.file.Commentf("%s holds the context of the call that it comes from.", h.name)
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

	m := &model.Method{Fn: h.close, Sig: h.close.Signature()}
	b := r.body(m)
	call := jen.Id(r.receiver).Dot(h.embed).Dot("Close").Call(r.arguments(b)...)
	r.file.Comment("Close closes what was returned, and gives the context up.")
	r.file.Func().Params(jen.Id(r.receiver).Op("*").Add(self)).Id("Close").
		Params(r.types.parameters(m.Sig, b.params)...).
		Add(b.resultList()).
		BlockFunc(func(g *jen.Group) {
			g.Defer().Id(r.receiver).Dot(h.field).Dot("Release").Call()
			if len(b.types) == 0 {
				g.Add(call)
			} else {
				g.Return(call)
			}
		})
	r.file.Line()
}
