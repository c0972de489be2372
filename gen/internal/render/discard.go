package render

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// discards are the statements that close the results of a method, or nil if there is
// nothing to close.
func (r *renderer) discards(b *body) []jen.Code {
	var list []jen.Code
	for i, k := range b.keeps {
		result := jen.Id(b.results[i])
		t := b.m.Sig.Results().At(i).Type()
		switch {
		case k == shape.KeepNothing:
		case k == shape.KeepResponse:
			list = append(list, r.imports.qual(model.RequestPath, "httpretry", "Discard").Call(result))
		case k == shape.KeepField:
			closed := r.imports.retry("Discard").Call(result.Clone().Dot(shape.StreamField(t).Name()))
			list = append(list, jen.If(result.Op("!=").Nil()).Block(closed))
		case types.IsInterface(t) || shape.Closes(t):
			list = append(list, r.imports.retry("Discard").Call(result))
		}
	}
	return list
}

// forget sets results to nil that the next attempt has closed, and whose place it does not
// take because something cannot be put back.
func forget(g *jen.Group, b *body) {
	for i, k := range b.keeps {
		if k != shape.KeepNothing && nillable(b.m.Sig.Results().At(i).Type()) {
			g.Id(b.results[i]).Op("=").Nil()
		}
	}
}

// discardForFallback closes the results that a fallback replaces. Those of a call that
// polled to the end are closed already.
func (r *renderer) discardForFallback(g *jen.Group, b *body, err *jen.Statement) {
	discards := r.discards(b)
	switch {
	case discards == nil:
	case b.m.Result != nil:
		g.If(jen.Op("!").Add(r.imports.retry("WithoutResults")).Call(err.Clone())).Block(discards...)
	default:
		for _, discard := range discards {
			g.Add(discard)
		}
	}
}
