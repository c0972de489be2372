package render

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
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

// fieldRules says in words what happens to the fields.
func fieldRules(m *model.Method) []string {
	var rules []string
	for _, f := range m.Fields {
		name := m.Sig.Params().At(f.Param).Name()
		if name == "" || name == "_" {
			name = "parameter " + strconv.Itoa(f.Param+1)
		}
		name += "." + f.Name()
		switch {
		case f.Demand:
			rules = append(rules, name+" is rewound; if it cannot be, the call fails before the first attempt")
		case m.Policy.Hedge != (policy.Hedge{}):
			rules = append(rules, "with "+name+" the call makes one attempt and no copies")
		case f.MaySeek():
			rules = append(rules, name+" is rewound where it can be; otherwise the call is not retried")
		default:
			rules = append(rules, "with "+name+" the call is not retried")
		}
	}
	return rules
}
