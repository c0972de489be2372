package resolve

import (
	"go/types"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// applyBreaker puts a breaker directive into force. It skips a directive of the type for
// methods that do not have its key.
func (r *Resolver) applyBreaker(m *model.Method, d *model.Directive, ofType bool) {
	if d.Off {
		return
	}
	if _, _, ok := d.Value("key"); ok {
		key, why := r.key(m, d)
		switch {
		case why != "" && ofType:
			skipDirective(m, d, why)
			return
		case why != "":
			r.noKey(m, d, why)
			return
		case key == nil:
			return
		}
		m.Key = key
	}
	if m.Breaker = ofType; !ofType {
		d.Apply(&m.Policy)
	}
}

// noKey reports a breaker directive on a method that does not have its key.
func (r *Resolver) noKey(m *model.Method, d *model.Directive, why string) {
	word, offset, _ := d.Value("key")
	hint, msg := r.keyHint(d, shape.ParamNames(m.Sig)), "no key for the breaker of "+m.Fn.Name()+": "+why
	if fn, err := r.lookup(r.source(d), word); err == nil {
		wants := types.NewSignatureType(nil, nil, nil, types.NewTuple(unnamed(m.Sig.Params())...),
			types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.String])), false)
		msg = word + " is " + describe(fn) + ", but the key of " + m.Fn.Name() + " needs a " + types.TypeString(wants, shape.ShortNames)
		if m.Sig.Variadic() {
			hint = "the func gets the last parameter as a slice"
		}
	}
	r.Report(d.At(offset), hint, msg)
}

// key resolves the key of a breaker directive for one method. If only this method does not
// have it, key says why. If the key is wrong for every method, it reports that and returns
// neither.
func (r *Resolver) key(m *model.Method, d *model.Directive) (*model.BreakerKey, string) {
	word, offset, _ := d.Value("key")
	if i := slices.Index(shape.ParamNames(m.Sig), word); i >= 0 {
		if t := m.Sig.Params().At(i).Type(); shape.BasicKey(t) == nil {
			text := types.TypeString(t, shape.ShortNames)
			r.Report(d.At(offset), otherKey(m.Sig),
				word+" of "+m.Fn.Name()+" is "+diag.Article(text)+" "+text+", but the key of a breaker must be a string, a number or a bool")
			return nil, ""
		}
		return &model.BreakerKey{Word: word, Param: i}, ""
	}
	obj, err := r.lookup(r.source(d), word)
	switch qualifier, _, _ := strings.Cut(word, "."); {
	case err != nil && qualifier != word && slices.Contains(shape.ParamNames(m.Sig), qualifier):
		r.Report(d.At(offset), "name a func of the parameters that returns a string", word+" is a field, which cannot be the key of a breaker")
		return nil, ""
	case err != nil && qualifier != word:
		err.Pos = r.Pkg.Fset.Position(d.At(offset))
		r.Errs = append(r.Errs, err)
		return nil, ""
	case err != nil:
		return nil, "the method has no parameter " + word
	}
	sig, ok := obj.Type().Underlying().(*types.Signature)
	if _, isType := obj.(*types.TypeName); isType || !ok || sig.TypeParams().Len() > 0 || !returnsString(sig) {
		r.Report(d.At(offset), "name a parameter, or a func of the parameters that returns a string", word+" is "+describe(obj)+", which cannot be the key of a breaker")
		return nil, ""
	}
	if sig.Variadic() && !m.Sig.Variadic() || !takes(sig.Params(), unnamed(m.Sig.Params())) {
		return nil, word + " takes other parameters than the method has"
	}
	return &model.BreakerKey{Word: word, Fn: obj}, ""
}

// otherKey hints at what else can be a key. A func does not help if a parameter's type has a
// type parameter, because a generic func cannot be a key.
func otherKey(sig *types.Signature) string {
	for v := range sig.Params().Variables() {
		var param types.Type
		if shape.Contains(v.Type(), func(t types.Type) bool { param = t; return shape.IsTypeParam(t) }) {
			return param.String() + " is a type parameter; give the method a parameter that is a string"
		}
	}
	return "name a func of the parameters that returns a string"
}

// checkKey refuses a breaker of the type if no method has its key.
func (r *Resolver) checkKey(w *Draft) {
	d := byConcern(w.decl.Directives)[grammar.ConcernBreaker]
	if d == nil || d.Broken {
		return
	}
	word, offset, ok := d.Value("key")
	hasIt := func(m *model.Method) bool { return m.Breaker && m.Key != nil }
	if !ok || slices.ContainsFunc(w.Methods, hasIt) {
		return
	}
	var names []string
	for _, m := range w.Methods {
		names = append(names, shape.ParamNames(m.Sig)...)
	}
	at := r.Pkg.Fset.Position(d.At(offset))
	if slices.Contains(names, word) || slices.ContainsFunc(r.Errs, func(e *diag.Error) bool { return e.Pos == at }) {
		return
	}
	msg := "no method of " + w.decl.Name() + " that a breaker can guard "
	if _, err := r.lookup(r.source(d), word); err == nil {
		msg += "takes the parameters of " + word
	} else {
		msg += "has a parameter " + word
	}
	r.Report(d.At(offset), r.keyHint(d, names), msg)
}

// keyHint suggests a name for a key that has not been found.
func (r *Resolver) keyHint(d *model.Directive, params []string) string {
	word, _, _ := d.Value("key")
	others := append(params, visible(r.Pkg.Scope(r.source(d)))...)
	return diag.DidYouMean(word, slices.DeleteFunc(others, func(name string) bool { return name == word }))
}

func returnsString(sig *types.Signature) bool {
	return sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.String])
}
