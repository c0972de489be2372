package gen

import (
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A breakerKey is what a method's calls have a breaker by: one of its parameters, or
// what a func makes of all of them.
type breakerKey struct {
	word  string       // as written
	param int          // index of the parameter, where there is no func
	fn    types.Object // nil for a parameter; variadic only where the method is
}

// applyBreaker puts a breaker directive into force. One of the type whose key a
// method does not have is skipped there.
func (r *resolver) applyBreaker(m *method, d *directive, ofType bool) {
	if d.Off {
		return
	}
	if _, _, ok := d.Value("key"); ok {
		key, why := r.key(m, d)
		switch {
		case why != "" && ofType:
			m.skip(d, why)
			return
		case why != "":
			r.noKey(m, d, why)
			return
		case key == nil:
			return
		}
		m.key = key
	}
	if m.breaker = ofType; !ofType {
		d.apply(&m.policy)
	}
}

// noKey reports a breaker directive on a method which the method cannot honour.
func (r *resolver) noKey(m *method, d *directive, why string) {
	word, offset, _ := d.Value("key")
	hint, msg := r.keyHint(d, shape.ParamNames(m.sig)), "no key for the breaker of "+m.fn.Name()+": "+why
	if fn, err := r.lookup(r.source(d), word); err == nil {
		wants := types.NewSignatureType(nil, nil, nil, types.NewTuple(unnamed(m.sig.Params())...),
			types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.String])), false)
		msg = word + " is " + describe(fn) + ", where the key of " + m.fn.Name() + " needs a " + types.TypeString(wants, shape.ShortNames)
		if m.sig.Variadic() {
			hint = "the last parameter arrives as a slice"
		}
	}
	r.Report(d.at(offset), hint, msg)
}

// key resolves the key of a breaker directive for one method, or says why there is
// none: another method may have it. What could be right for no method is reported;
// then there is neither.
func (r *resolver) key(m *method, d *directive) (*breakerKey, string) {
	word, offset, _ := d.Value("key")
	if i := slices.Index(shape.ParamNames(m.sig), word); i >= 0 {
		if t := m.sig.Params().At(i).Type(); shape.BasicKey(t) == nil {
			text := types.TypeString(t, shape.ShortNames)
			r.Report(d.at(offset), otherKey(m.sig),
				word+" of "+m.fn.Name()+" is "+diag.Article(text)+" "+text+", where the key of a breaker is a string, a number or a bool")
			return nil, ""
		}
		return &breakerKey{word: word, param: i}, ""
	}
	obj, err := r.lookup(r.source(d), word)
	switch {
	case err != nil && strings.Contains(word, "."):
		err.Pos = r.pkg.Fset.Position(d.at(offset))
		r.Errs = append(r.Errs, err)
		return nil, ""
	case err != nil:
		return nil, "the method has no parameter " + word
	}
	sig, ok := obj.Type().Underlying().(*types.Signature)
	if _, isType := obj.(*types.TypeName); isType || !ok || sig.TypeParams().Len() > 0 || !returnsString(sig) {
		r.Report(d.at(offset), "name a parameter, or a func of the parameters that returns a string", word+" is "+describe(obj)+", and no key for a breaker")
		return nil, ""
	}
	if sig.Variadic() && !m.sig.Variadic() || !takes(sig.Params(), unnamed(m.sig.Params())) {
		return nil, word + " takes other parameters than the method has"
	}
	return &breakerKey{word: word, fn: obj}, ""
}

// otherKey hints at a key in the place of a parameter that can be none. No func takes
// what a type parameter stands for, because a generic one is no key.
func otherKey(sig *types.Signature) string {
	for v := range sig.Params().Variables() {
		var param types.Type
		if shape.Contains(v.Type(), func(t types.Type) bool { param = t; return shape.IsTypeParam(t) }) {
			return param.String() + " is a type parameter; give the method a parameter that is a string"
		}
	}
	return "name a func of the parameters that returns a string"
}

// checkKey refuses a breaker of the type that no method has the key for.
func (r *resolver) checkKey(w *draft) {
	d := byConcern(w.decl.directives)[grammar.ConcernBreaker]
	if d == nil || d.broken {
		return
	}
	word, offset, ok := d.Value("key")
	hasIt := func(m *method) bool { return m.breaker && m.key != nil }
	if !ok || slices.ContainsFunc(w.methods, hasIt) {
		return
	}
	var names []string
	for _, m := range w.methods {
		names = append(names, shape.ParamNames(m.sig)...)
	}
	at := r.pkg.Fset.Position(d.at(offset))
	if slices.Contains(names, word) || slices.ContainsFunc(r.Errs, func(e *diag.Error) bool { return e.Pos == at }) {
		return
	}
	msg := "no method of " + w.decl.name() + " that a breaker can guard "
	if _, err := r.lookup(r.source(d), word); err == nil {
		msg += "takes the parameters of " + word
	} else {
		msg += "has a parameter " + word
	}
	r.Report(d.at(offset), r.keyHint(d, names), msg)
}

// keyHint is a name near to that of a key which has not been found.
func (r *resolver) keyHint(d *directive, params []string) string {
	word, _, _ := d.Value("key")
	others := append(params, visible(r.pkg.scope(r.source(d)))...)
	return diag.DidYouMean(word, slices.DeleteFunc(others, func(name string) bool { return name == word }))
}

func returnsString(sig *types.Signature) bool {
	return sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.String])
}

// converts returns the predeclared type that code needs for the key of a method, or
// "". A type of the user's own is not handed to fmt, which would ask its methods.
func (m *method) converts() string {
	if m.key == nil || m.key.fn != nil {
		return ""
	}
	t := m.sig.Params().At(m.key.param).Type()
	basic := shape.BasicKey(t)
	switch {
	case basic.Info()&types.IsString != 0:
		return "string"
	case basic.Info()&types.IsInteger != 0:
		return "uint64"
	case types.Identical(t, basic):
		return ""
	}
	return basic.Name()
}

// noteKey puts the names that the code for the key uses among those that are taken.
func (r *renderer) noteKey(m *method, taken scope) {
	switch {
	case m.key == nil:
		return
	case m.key.fn != nil:
		r.types.object(m.key.fn)
		return
	}
	name := m.converts()
	if name != "" {
		taken[name] = true
	}
	if name != "string" && name != "uint64" {
		taken[r.imports.add("fmt", "fmt")] = true
	}
}

// forKey is the method for the key of this call.
func (r *renderer) forKey(b *body, method *jen.Statement) *jen.Statement {
	key := b.m.key
	if key == nil {
		return method
	}
	method = method.Clone()
	if key.fn != nil {
		args := ids(b.params)
		if key.fn.Type().Underlying().(*types.Signature).Variadic() {
			args = r.arguments(b)
		}
		return method.Dot("For").Call(r.types.object(key.fn).Call(args...))
	}
	param := jen.Id(b.params[key.param])
	name := b.m.converts()
	if name != "" && !types.Identical(b.m.sig.Params().At(key.param).Type(), types.Universe.Lookup(name).Type()) {
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
