package render

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// This file writes the methods whose error is read from their results.

// noteErrorIn puts the names of the funcs of error-in among those that are taken.
func (r *renderer) noteErrorIn(m *model.Method) {
	if m.ErrorIn == nil {
		return
	}
	for _, a := range []model.Accessor{m.ErrorIn.Read, m.ErrorIn.Make} {
		if a.Func != nil {
			r.types.object(a.Func)
		}
	}
	if m.ErrorIn.Make.Method != "" {
		r.types.code(pointee(m))
	}
}

// pointee is the struct that the only result of a method points to.
func pointee(m *model.Method) types.Type {
	return types.Unalias(m.Sig.Results().At(0).Type()).(*types.Pointer).Elem()
}

// A reading has the names of what the code of such a method needs besides.
type reading struct {
	*body
	reading string // the retry.Reading of the last attempt
	failure string // the error by which the call goes
	found   string // the error in the results of an attempt

	rewindErr string // where something is put back
}

// actOnReading writes the call and what becomes of its results.
func (r *renderer) actOnReading(g *jen.Group, b *body, ctx, callCtx, method, keyed *jen.Statement) {
	in := &reading{
		body:    b,
		reading: b.taken.Take("reading", "resultReading"),
		failure: b.taken.Take("failure", "callFailure"),
		found:   b.taken.Take("found", "foundErr"),
	}
	if len(b.putBack()) > 0 {
		in.rewindErr = b.taken.Take("rewindErr", "rewindFailure")
	}
	if b.hedged() {
		r.hedgeOnReading(g, in, callCtx, keyed)
	} else {
		g.Var().Id(in.reading).Add(r.imports.retry("Reading"))
		g.Id(in.failure).Op(":=").Add(keyed.Clone().Dot("Do").Call(callCtx,
			r.closure(b).Error().BlockFunc(func(g *jen.Group) { r.attemptOnReading(g, in) })))
	}
	if b.m.Fallback != nil {
		r.fallbackOnReading(g, in, ctx, method)
		return
	}
	r.returnReading(g, in)
}

// attemptOnReading is the inside of a closure that sets the results of the method.
func (r *renderer) attemptOnReading(g *jen.Group, in *reading) {
	if discards := r.discards(in.body); discards != nil {
		g.If(jen.Id(in.reading).Dot("Discards").Call(jen.Id(in.ctx))).Block(discards...)
	}
	for _, rewind := range in.putBack() {
		err := jen.Id(in.rewindErr)
		g.If(err.Clone().Op(":=").Id(rewind).Dot("Begin").Call(), err.Clone().Op("!=").Nil()).BlockFunc(func(g *jen.Group) {
			forget(g, in.body)
			g.Id(in.reading).Op("=").Add(r.imports.retry("Reading")).Values()
			g.Return(err)
		})
	}
	g.List(ids(in.results)...).Op("=").Add(r.forward(in.body))
	r.keepResults(g, in.body)
	of := r.readingOf(g, in)
	found := jen.Id(in.found)
	switch {
	case in.m.Result == nil:
		g.Return(of)
		return
	case in.m.ErrorIn.Read.Func == nil && in.guarded():
		g.If(of.Op("!=").Nil()).Block(jen.Return(found))
	default:
		g.If(found.Clone().Op(":=").Add(of), found.Clone().Op("!=").Nil()).Block(jen.Return(found))
	}
	g.Return(r.notYet(in))
}

// hedgeOnReading writes a hedged call. Each attempt has its results to itself.
func (r *renderer) hedgeOnReading(g *jen.Group, in *reading, ctx, method *jen.Statement) {
	data := in.results[:shape.DataResults(in.m.Sig)]
	in.bundle = in.taken.Take("results", "resultsOf"+in.m.Fn.Name())
	g.Type().Id(in.bundle).StructFunc(func(g *jen.Group) {
		for i, name := range data {
			g.Id(name).Add(in.types[i])
		}
		g.Id(in.reading).Add(r.imports.retry("Reading"))
	})
	all := in.taken.Take("all", "allResults")
	attempt := r.closure(in.body).Params(jen.Id(in.bundle), jen.Error()).BlockFunc(func(g *jen.Group) {
		g.List(ids(in.results)...).Op(":=").Add(r.forward(in.body))
		r.keepResults(g, in.body)
		g.Var().Id(in.reading).Add(r.imports.retry("Reading"))
		of := r.readingOf(g, in)
		g.Id(in.failure).Op(":=").Add(of)
		if in.m.Result != nil {
			g.If(jen.Id(in.failure).Op("==").Nil()).Block(jen.Id(in.failure).Op("=").Add(r.notYet(in)))
		}
		g.Return(jen.Id(in.bundle).Values(append(ids(data), jen.Id(in.reading))...), jen.Id(in.failure))
	})
	g.List(jen.Id(all), jen.Id(in.failure)).Op(":=").Add(r.imports.retry("Hedge")).Call(ctx, method, attempt)
	for _, name := range data {
		g.Id(name).Op("=").Id(all).Dot(name)
	}
	g.Id(in.reading).Op(":=").Id(all).Dot(in.reading)
}

// keepResults writes what keeps the context for the results.
func (r *renderer) keepResults(g *jen.Group, b *body) {
	for i, k := range b.keeps {
		if k != shape.KeepNothing {
			g.Id(b.results[i]).Op("=").Add(r.kept(b, i, b.results[i]))
		}
	}
}

// readingOf notes the error in the results of an attempt. Its value is that error.
func (r *renderer) readingOf(g *jen.Group, in *reading) *jen.Statement {
	own := jen.Nil()
	if in.m.Fails {
		own = jen.Id(in.results[len(in.results)-1])
	}
	return jen.Id(in.reading).Dot("Of").Call(r.read(g, in, own), own)
}

// read is the expression for the error in the results. A method of a result is asked if
// there is a result, and no error beside it.
func (r *renderer) read(g *jen.Group, in *reading, own *jen.Statement) *jen.Statement {
	by := in.m.ErrorIn.Read
	if by.Func != nil {
		return r.types.object(by.Func).Call(ids(in.results)...)
	}
	result, found := jen.Id(in.results[0]), jen.Id(in.found)
	asked := result.Clone().Dot(by.Method).Call()
	if !in.guarded() {
		return asked
	}
	var needs *jen.Statement
	switch there := nillable(in.m.Sig.Results().At(0).Type()); {
	case in.m.Fails && there:
		needs = found.Clone().Op("==").Nil().Op("&&").Add(result).Op("!=").Nil()
	case in.m.Fails:
		needs = found.Clone().Op("==").Nil()
	default:
		needs = result.Clone().Op("!=").Nil()
	}
	if in.m.Fails {
		g.Add(found.Clone()).Op(":=").Add(own)
	} else {
		g.Var().Add(found.Clone()).Error()
	}
	g.If(needs).Block(found.Clone().Op("=").Add(asked))
	return found
}

// guarded reports whether the method of a result must not be called always.
func (in *reading) guarded() bool {
	return in.m.Fails || nillable(in.m.Sig.Results().At(0).Type())
}

// nillable reports whether values of a type can be compared with nil.
func nillable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice, *types.Chan, *types.Signature:
		return true
	case *types.Interface:
		return !shape.IsTypeParam(t)
	}
	return false
}

// notYet is the error of an attempt in whose results there is none.
func (r *renderer) notYet(in *reading) *jen.Statement {
	return r.imports.retry("NotYet").Call(r.types.object(in.m.Result).Call(ids(in.results)...), jen.Nil())
}

// returnReading returns the results of the last attempt, or those of a call without any.
func (r *renderer) returnReading(g *jen.Group, in *reading) {
	err := jen.Id(in.reading).Dot("Error").Call(jen.Id(in.failure))
	if in.m.Fails {
		g.Return(append(ids(in.results[:len(in.results)-1]), err)...)
		return
	}
	without := in.taken.Take("err", "callErr")
	g.If(jen.Id(without).Op(":=").Add(err), jen.Id(without).Op("!=").Nil()).
		BlockFunc(func(g *jen.Group) { r.returnMade(g, in.body, jen.Id(without)) })
	g.Return(ids(in.results)...)
}

// returnMade returns the results that are made of an error, for a method that returns none.
func (r *renderer) returnMade(g *jen.Group, b *body, err *jen.Statement) {
	by := b.m.ErrorIn.Make
	if by.Func != nil {
		g.Return(r.types.object(by.Func).Call(err))
		return
	}
	result := jen.Id(b.results[0])
	g.Add(result.Clone()).Op("=").Op("&").Add(r.types.code(pointee(b.m))).Values()
	g.Add(result.Clone()).Dot(by.Method).Call(err)
	g.Return(result)
}

// fallbackOnReading writes what follows a call that may have failed for good. The results
// of its last attempt are closed before the fallback replaces them.
func (r *renderer) fallbackOnReading(g *jen.Group, in *reading, ctx, method *jen.Statement) {
	failure := jen.Id(in.failure)
	g.If(in.ends(ctx, method, failure)).BlockFunc(func(g *jen.Group) { r.returnReading(g, in) })
	g.Defer().Id(in.whole).Dot("Close").Call()
	r.discardForFallback(g, in.body, failure)
	for _, rewind := range in.putBack() {
		err := jen.Id(in.rewindErr)
		g.If(err.Clone().Op(":=").Id(rewind).Dot("Begin").Call(), err.Clone().Op("!=").Nil()).BlockFunc(func(g *jen.Group) {
			both := in.fallbackError(err, failure)
			if in.m.Fails {
				g.Return(append(ids(in.results[:len(in.results)-1]), both)...)
			} else {
				r.returnMade(g, in.body, both)
			}
		})
	}
	call := r.fallbackCall(in.body, failure)
	if !in.m.Fails {
		g.List(ids(in.results)...).Op("=").Add(call)
		g.Id("_").Op("=").Add(in.fallbackError(jen.Nil(), failure))
		g.Return(ids(in.results)...)
		return
	}
	r.returnFallback(g, in.body, call, failure)
}
