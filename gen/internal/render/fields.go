package render

import (
	"github.com/dave/jennifer/jen"
)

// putBack returns the variables that put something back before an attempt.
func (b *body) putBack() []string {
	if b.fields == "" {
		return b.rewinds
	}
	return append(b.rewinds[:len(b.rewinds):len(b.rewinds)], b.fields)
}

// noteFields writes what notes the fields of parameters that the first attempt may use up. It
// returns the context for the call.
func (r *renderer) noteFields(g *jen.Group, b *body, ctx *jen.Statement) *jen.Statement {
	if b.fields == "" {
		return ctx
	}
	fields := jen.Id(b.fields)
	g.Var().Add(fields.Clone()).Add(r.imports.retry("Fields"))
	for _, f := range b.m.Fields {
		value := b.params[f.Param] // and then the path from there
		guard := new(jen.Statement)
		for i, pointer := range f.Guards(b.m.Sig.Params().At(f.Param).Type()) {
			if pointer {
				if len(*guard) > 0 {
					guard.Op("&&")
				}
				guard.Id(value).Op("!=").Nil()
			}
			value += "." + f.Path[i].Name()
		}
		add := "Add"
		if f.Demand {
			add = "Demand"
		}
		note := fields.Clone().Dot(add).Call(jen.Lit(value), jen.Id(value))
		if len(*guard) > 0 {
			note = jen.If(guard).Block(note)
		}
		g.Add(note)
	}
	if b.demands() {
		err := jen.Id(b.results[len(b.results)-1])
		g.If(err.Clone().Op("=").Add(fields.Clone()).Dot("Refused").Call(), err.Clone().Op("!=").Nil()).Block(jen.Return(ids(b.results)...))
	}
	if b.hedged() {
		return fields.Clone().Dot("Alone").Call(ctx)
	}
	return fields.Clone().Dot("Context").Call(ctx)
}
