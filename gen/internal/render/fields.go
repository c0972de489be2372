package render

import (
	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/shape"
)

// putBack returns the variables that put something back before an attempt.
func (b *body) putBack() []string {
	if b.fields == "" {
		return b.rewinds
	}
	return append(b.rewinds[:len(b.rewinds):len(b.rewinds)], b.fields)
}

// noteFields writes what notes the fields of parameters that the first attempt may use up.
func (r *renderer) noteFields(g *jen.Group, b *body) {
	if b.fields == "" {
		return
	}
	fields := jen.Id(b.fields)
	g.Var().Add(fields.Clone()).Add(r.imports.retry("Fields"))
	for _, f := range b.m.Fields {
		add := "Add"
		if f.Demand {
			add = "Demand"
		}
		param := b.params[f.Param]
		g.Add(b.eachField(f.Path, param, func(value string) *jen.Statement {
			return fields.Clone().Dot(add).Call(jen.Lit(param+"."+f.Name()), jen.Id(value))
		}))
	}
	switch {
	case b.demands() && !b.m.Fails:
		err := b.taken.Take("refused", "fieldsRefused")
		g.If(jen.Id(err).Op(":=").Add(fields.Clone()).Dot("Refused").Call(), jen.Id(err).Op("!=").Nil()).
			BlockFunc(func(g *jen.Group) { r.returnMade(g, b, jen.Id(err)) })
	case b.demands():
		err := jen.Id(b.results[len(b.results)-1])
		g.If(err.Clone().Op("=").Add(fields.Clone()).Dot("Refused").Call(), err.Clone().Op("!=").Nil()).Block(jen.Return(ids(b.results)...))
	}
}

// callContext is the context for a call with the context ctx, which the fields may keep
// from being repeated.
func (b *body) callContext(ctx *jen.Statement) *jen.Statement {
	switch {
	case b.fields == "":
		return ctx
	case b.hedged():
		return jen.Id(b.fields).Dot("Alone").Call(ctx)
	}
	return jen.Id(b.fields).Dot("Context").Call(ctx)
}

// eachField writes what does something with each field at the end of a path that begins at
// a value.
func (b *body) eachField(path []shape.Step, value string, do func(value string) *jen.Statement) *jen.Statement {
	var guards []jen.Code // pointers that must not be nil
	guarded := func(code *jen.Statement) *jen.Statement {
		if guards == nil {
			return code
		}
		return jen.If(jen.Add(guards...)).Block(code)
	}
	for i, step := range path {
		switch step.Kind {
		case shape.StepField:
			value += "." + step.Var.Name()
		case shape.StepPointer:
			if guards != nil {
				guards = append(guards, jen.Op("&&"))
			}
			guards = append(guards, jen.Id(value).Op("!=").Nil())
			if i+1 == len(path) {
				value = "*" + value
			} else if path[i+1].Kind != shape.StepField { // Go follows a pointer to a field by itself
				value = "(*" + value + ")"
			}
		case shape.StepEach:
			at := b.taken.Take("i", "index")
			each := b.eachField(path[i+1:], value+"["+at+"]", do)
			delete(b.taken, at) // its scope ends here
			return guarded(jen.For(jen.Id(at).Op(":=").Range().Id(value)).Block(each))
		}
	}
	return guarded(do(value))
}
