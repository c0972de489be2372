package render

import (
	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// act writes the body of a method with something in force: one statement, where it
// has at most one result beside the error and nothing but numbers in force.
func (r *renderer) act(g *jen.Group, b *body, field string) {
	ctx := r.imports.qual("context", "context", "Background").Call()
	switch b.m.Ctx {
	case shape.ContextParam:
		ctx = jen.Id(b.params[b.m.CtxAt])
	case shape.RequestParam:
		g.Id(b.replay).Op(":=").Add(r.imports.qual(model.RequestPath, "httpretry", "NewReplay")).Call(jen.Id(b.params[b.m.CtxAt]))
		g.Defer().Id(b.replay).Dot("Close").Call()
		ctx = jen.Id(b.replay).Dot("Context").Call()
	}
	for i, at := range b.m.Rewind {
		param := b.m.Sig.Params().At(at).Name()
		g.Id(b.rewinds[i]).Op(":=").Add(r.imports.retry("NewRewind")).Call(jen.Lit(param), jen.Id(b.params[at]))
	}
	method := jen.Id(r.receiver).Dot(field)
	r.noteFields(g, b)
	keyed := r.forKey(b, method)
	if b.m.Fallback != nil {
		if b.m.Key != nil { // making the key may panic, so it comes before the call begins
			name := b.taken.Take("method", "keyedMethod")
			g.Id(name).Op(":=").Add(keyed)
			keyed = jen.Id(name)
		}
		ctx = r.begin(g, b, ctx, method)
	}
	callCtx := b.callContext(ctx)
	if b.m.ErrorIn != nil {
		r.actOnReading(g, b, ctx, callCtx, method, keyed)
		return
	}
	call := r.call(g, b, callCtx, keyed)
	if !b.needsNames() {
		g.Return(call)
		return
	}
	r.assign(g, b, call)
	if b.m.Fallback == nil {
		g.Return(ids(b.results)...)
		return
	}
	r.fallback(g, b, ctx, method)
}

// call is the expression that makes the call. Its value is all the results, but for
// a call that captures them, whose value is the error, and a hedged one, which has
// the others in one value.
func (r *renderer) call(g *jen.Group, b *body, ctx, method *jen.Statement) *jen.Statement {
	switch {
	case b.hedged():
		return r.imports.retry("Hedge").Call(ctx, method, r.hedgedAttempt(g, b))
	case b.captures():
		return method.Clone().Dot("Do").Call(ctx, r.closure(b).Error().BlockFunc(func(g *jen.Group) { r.capture(g, b) }))
	case len(b.types) == 2:
		return r.imports.retry("Call").Call(ctx, method, r.closure(b).Params(b.types...).BlockFunc(func(g *jen.Group) { r.attempt(g, b) }))
	default:
		return method.Clone().Dot("Do").Call(ctx, r.closure(b).Error().BlockFunc(func(g *jen.Group) { r.attempt(g, b) }))
	}
}

// assign gives the results of a call to the named results of the method.
func (r *renderer) assign(g *jen.Group, b *body, call *jen.Statement) {
	last := len(b.results) - 1
	err := jen.Id(b.results[last])
	switch {
	case b.captures():
		g.Add(err).Op("=").Add(call)
	case !b.hedged() || last == 1:
		g.List(ids(b.results)...).Op("=").Add(call)
	case last == 0:
		g.List(jen.Id("_"), err).Op("=").Add(call)
	default:
		all := b.taken.Take("all", "allResults")
		g.Var().Id(all).Id(b.bundle)
		g.List(jen.Id(all), err).Op("=").Add(call)
		fields := make([]jen.Code, last)
		for i, name := range b.results[:last] {
			fields[i] = jen.Id(all).Dot(name)
		}
		g.List(ids(b.results[:last])...).Op("=").List(fields...)
	}
}

// closure begins the func that makes one attempt.
func (r *renderer) closure(b *body) *jen.Statement {
	param := new(jen.Statement)
	if b.ctx != "" {
		param.Id(b.ctx)
	}
	return jen.Func().Params(param.Add(r.imports.qual("context", "context", "Context")))
}

// attempt is the inside of a closure that returns what the method does.
func (r *renderer) attempt(g *jen.Group, b *body) {
	if b.m.Result == nil && b.keeps == nil {
		g.Return(r.forward(b))
		return
	}
	names := r.locals(b)
	g.List(ids(names)...).Op(":=").Add(r.forward(b))
	g.Return(jen.List(append(r.keptAll(b, names), r.outcome(b, names))...))
}

// capture is the inside of a closure that sets the results of the method.
func (r *renderer) capture(g *jen.Group, b *body) {
	err := jen.Id(b.results[len(b.results)-1])
	for _, rewind := range b.putBack() {
		g.If(err.Clone().Op("=").Id(rewind).Dot("Begin").Call(), err.Clone().Op("!=").Nil()).BlockFunc(func(g *jen.Group) {
			forget(g, b)
			g.Return(err.Clone())
		})
	}
	g.List(ids(b.results)...).Op("=").Add(r.forward(b))
	for i, k := range b.keeps {
		if k != shape.KeepNothing {
			g.Id(b.results[i]).Op("=").Add(r.kept(b, i, b.results[i]))
		}
	}
	g.Return(r.outcome(b, b.results))
}

// hedgedAttempt is the closure of a hedged method, which runs beside others of its
// kind and so has its results to itself.
func (r *renderer) hedgedAttempt(g *jen.Group, b *body) *jen.Statement {
	last := len(b.types) - 1
	if last == 1 {
		return r.closure(b).Params(b.types...).BlockFunc(func(g *jen.Group) { r.attempt(g, b) })
	}
	bundle := jen.Struct()
	if last > 1 {
		b.bundle = b.taken.Take("results", "resultsOf"+b.m.Fn.Name())
		g.Type().Id(b.bundle).StructFunc(func(g *jen.Group) {
			for i, name := range b.results[:last] {
				g.Id(name).Add(b.types[i])
			}
		})
		bundle = jen.Id(b.bundle)
	}
	return r.closure(b).Params(bundle, jen.Error()).BlockFunc(func(g *jen.Group) {
		names := b.results
		g.List(ids(names)...).Op(":=").Add(r.forward(b))
		g.Return(bundle.Clone().Values(r.keptAll(b, names)...), r.outcome(b, names))
	})
}

// locals are names for the results inside of a closure.
func (r *renderer) locals(b *body) []string {
	if b.results != nil {
		return b.results // which the closure's hide
	}
	return resultNames(b.m, b.taken)
}

// outcome is the error of an attempt: the method's, or where a func looks at the
// results what it makes of that.
func (r *renderer) outcome(b *body, names []string) *jen.Statement {
	if b.m.Result == nil {
		return jen.Id(names[len(names)-1])
	}
	return r.imports.retry("NotYet").Call(r.types.object(b.m.Result).Call(ids(names)...), jen.Id(names[len(names)-1]))
}

// fallback writes what follows a call that may have failed for good.
func (r *renderer) fallback(g *jen.Group, b *body, ctx, method *jen.Statement) {
	last := len(b.results) - 1
	err := jen.Id(b.results[last])
	g.If(b.ends(ctx, method, err)).Block(jen.Return(ids(b.results)...))
	g.Defer().Id(b.whole).Dot("Close").Call()
	r.discardForFallback(g, b, err)
	r.rewindForFallback(g, b)
	r.returnFallback(g, b, r.fallbackCall(b, err), err)
}

// begin begins the call of a method with a fallback, and returns its context.
func (r *renderer) begin(g *jen.Group, b *body, ctx, method *jen.Statement) *jen.Statement {
	name := b.ctx
	if b.m.Ctx != shape.ContextParam {
		name = b.taken.Take("callCtx", "fallbackCtx")
	}
	b.wholeCtx, b.whole = name, b.taken.Take("call", "whole")
	g.List(jen.Id(name), jen.Id(b.whole)).Op(":=").Add(method.Clone()).Dot("Begin").Call(ctx)
	return jen.Id(name)
}

// ends is the condition under which a call ends without its fallback.
func (b *body) ends(ctx, method, err *jen.Statement) *jen.Statement {
	ends := jen.Op("!").Add(method.Clone()).Dot("FallsBack").Call(ctx, jen.Id(b.whole), err.Clone())
	if b.fields == "" {
		return ends
	}
	return jen.Id(b.whole).Dot("Ends").Call(jen.Id(b.fields).Dot("Once").Call()).Op("||").Add(ends)
}

// fallbackCall is the call of the fallback for the error of the call.
func (r *renderer) fallbackCall(b *body, err *jen.Statement) *jen.Statement {
	if b.m.Fallback.Method {
		return jen.Id(r.receiver).Dot(b.m.Fallback.Fn.Name()).Call(r.fallbackArguments(b, r.arguments(b))...)
	}
	return r.types.object(b.m.Fallback.Fn).Call(append(r.fallbackArguments(b, ids(b.params)), err.Clone())...)
}

// returnFallback returns the results of the fallback.
func (r *renderer) returnFallback(g *jen.Group, b *body, call, err *jen.Statement) {
	last := len(b.results) - 1
	if last == 0 {
		g.Return(b.fallbackError(call, err))
		return
	}
	failure := b.taken.Take("fallbackErr", "fallbackFailure")
	g.List(append(ids(b.results[:last]), jen.Id(failure))...).Op(":=").Add(call)
	g.Return(append(ids(b.results[:last]), b.fallbackError(jen.Id(failure), err))...)
}

// fallbackError is the error of a call whose fallback has returned.
func (b *body) fallbackError(fallback, call *jen.Statement) *jen.Statement {
	return jen.Id(b.whole).Dot("Error").Call(fallback, call.Clone())
}

// rewindForFallback puts parameters back that the attempts have used up. Where that
// fails there is no fallback.
func (r *renderer) rewindForFallback(g *jen.Group, b *body) {
	if len(b.putBack()) == 0 {
		return
	}
	last := len(b.results) - 1
	failure := b.taken.Take("rewindErr", "rewindFailure")
	for _, rewind := range b.putBack() {
		err := b.fallbackError(jen.Id(failure), jen.Id(b.results[last]))
		g.If(jen.Id(failure).Op(":=").Id(rewind).Dot("Begin").Call(), jen.Id(failure).Op("!=").Nil()).
			Block(jen.Return(append(ids(b.results[:last]), err)...))
	}
}

// fallbackArguments puts a request that nobody has sent in the place of the one that
// has been used up.
func (r *renderer) fallbackArguments(b *body, args []jen.Code) []jen.Code {
	if b.m.Ctx == shape.RequestParam {
		args[b.m.CtxAt] = jen.Id(b.replay).Dot("Fallback").Call(jen.Id(b.wholeCtx))
	}
	return args
}
