package render

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// noteKey puts the names that the code for the key uses among those that are taken.
func (r *renderer) noteKey(m *model.Method, taken model.Scope) {
	switch {
	case m.Key == nil:
		return
	case m.Key.Fn != nil:
		r.types.object(m.Key.Fn)
		return
	}
	name := m.Converts()
	if name != "" {
		taken[name] = true
	}
	if name != "string" && name != "uint64" {
		taken[r.imports.add("fmt", "fmt")] = true
	}
}

// forKey is the method for the key of this call.
func (r *renderer) forKey(b *body, method *jen.Statement) *jen.Statement {
	key := b.m.Key
	if key == nil {
		return method
	}
	method = method.Clone()
	if key.Fn != nil {
		args := ids(b.params)
		if key.Fn.Type().Underlying().(*types.Signature).Variadic() {
			args = r.arguments(b)
		}
		return method.Dot("For").Call(r.types.object(key.Fn).Call(args...))
	}
	param := jen.Id(b.params[key.Param])
	name := b.m.Converts()
	if name != "" && !types.Identical(b.m.Sig.Params().At(key.Param).Type(), types.Universe.Lookup(name).Type()) {
		param = jen.Id(name).Call(param)
	}
	switch name {
	case "string":
		return method.Dot("For").Call(param)
	case "uint64":
		return method.Dot("ForNumber").Call(param)
	}
	return method.Dot("For").Call(r.imports.qual("fmt", "fmt", "Sprint").Call(param))
}
