package resolve

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// funcNamed returns the func that a word of a directive names. If there is none, it reports
// that, with the signature that the func needs, and returns nil.
func (r *Resolver) funcNamed(d *model.Directive, word grammar.Word, wants string) (types.Object, *types.Signature) {
	obj, err := r.lookup(r.source(d), word.Text)
	switch {
	case err != nil && word.Text == "off":
		r.cannotBeOff(d, word)
		return nil, nil
	case err != nil:
		err.Pos = r.Pkg.Fset.Position(d.At(word.Offset))
		if err.Hint == "" && token.IsIdentifier(word.Text) {
			err.Hint = "declare func " + word.Text + strings.TrimPrefix(wants, "func")
		}
		r.Errs = append(r.Errs, err)
		return nil, nil
	}
	switch obj.(type) {
	case *types.Func, *types.Var:
		if sig, ok := obj.Type().Underlying().(*types.Signature); ok && sig.TypeParams().Len() == 0 {
			return obj, sig
		}
	}
	r.Report(d.At(word.Offset), "", word.Text+" is "+describe(obj)+", not a func that "+d.Verb.Name+" can call")
	return nil, nil
}

// cannotBeOff reports off in a place where a name belongs. The grammar lets it pass,
// because off can be a name, too.
func (r *Resolver) cannotBeOff(d *model.Directive, off grammar.Word) {
	r.Report(d.At(off.Offset), "remove it: an interface cannot set "+d.Verb.Name+", so there is nothing to switch off", d.Verb.Name+" cannot be switched off")
}

// applyResult puts a result directive into force. It skips a directive of the type for
// methods with other results than the func takes.
func (r *Resolver) applyResult(m *model.Method, d *model.Directive, ofType bool) {
	wants := "func" + types.TypeString(types.NewTuple(unnamed(m.Sig.Results())...), shape.ShortNames) + " bool"
	obj, sig := r.funcNamed(d, d.Words[0], wants)
	if obj == nil {
		return
	}
	fits := !sig.Variadic() && takes(sig.Params(), unnamed(m.Sig.Results())) &&
		sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), shape.BoolType)
	switch {
	case fits:
		m.Result = obj
	case ofType:
		skipDirective(m, d, d.Words[0].Text+" takes other results than the method has")
	default:
		r.Report(d.At(d.Words[0].Offset), "", d.Words[0].Text+" is "+describe(obj)+", but result of "+m.Fn.Name()+" needs a "+wants)
	}
}

// fallback resolves the func, or the method of the interface, that a fallback directive
// names.
func (r *Resolver) fallback(w *Draft, m *model.Method, d *model.Directive) *model.Fallback {
	word := d.Words[0]
	if fn := methodNamed(w, r.Pkg.Types, word.Text); fn != nil {
		switch {
		case fn == m.Fn:
			r.Report(d.At(word.Offset), "", m.Fn.Name()+" cannot be its own fallback")
		case !types.Identical(fn.Signature(), m.Sig):
			r.Report(d.At(word.Offset), "", "the fallback "+word.Text+" is a "+types.TypeString(fn.Signature(), shape.ShortNames)+
				", but "+m.Fn.Name()+" is a "+types.TypeString(m.Sig, shape.ShortNames))
		default:
			return &model.Fallback{Fn: fn, Method: true, Pos: d.At(word.Offset)}
		}
		return nil
	}
	params := append(unnamed(m.Sig.Params()), types.NewVar(0, nil, "", shape.ErrorType))
	wants := types.TypeString(types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(unnamed(m.Sig.Results())...), false), shape.ShortNames)
	obj, sig := r.funcNamed(d, d.Words[0], wants)
	if obj == nil {
		return nil
	}
	if sig.Variadic() || !takes(sig.Params(), params) || !takes(m.Sig.Results(), unnamed(sig.Results())) {
		hint := ""
		if m.Sig.Variadic() {
			hint = "the func gets the last parameter as a slice"
		}
		r.Report(d.At(word.Offset), hint, word.Text+" is "+describe(obj)+", but the fallback of "+m.Fn.Name()+" needs a "+wants)
		return nil
	}
	return &model.Fallback{Fn: obj, Pos: d.At(word.Offset)}
}

// methodNamed returns the method of an interface with that name, or nil.
func methodNamed(w *Draft, pkg *types.Package, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(w.Iface.Type(), false, pkg, name)
	fn, _ := obj.(*types.Func)
	return fn
}

// checkFallbacks refuses methods that are fallbacks of each other, which would never end.
func (r *Resolver) checkFallbacks(w *Draft) {
	next := make(map[types.Object]*model.Method)
	for _, m := range w.Methods {
		next[m.Fn] = m
	}
	for _, start := range w.Methods {
		for m, steps := start, 0; m != nil && m.Fallback != nil && m.Fallback.Method; steps++ {
			m = next[m.Fallback.Fn]
			if m == start || steps > len(w.Methods) {
				r.Report(start.Fallback.Pos, "", "the fallback of "+start.Fn.Name()+" leads back to it")
				break
			}
		}
	}
}

// rewind resolves the parameters that the wrapper rewinds before each retry.
func (r *Resolver) rewind(m *model.Method, d *model.Directive) []int {
	list := r.params(m, d)
	for _, i := range list {
		v := m.Sig.Params().At(i)
		if !shape.Seeks(v.Type()) {
			r.Report(d.Said(), "switch the retries off, or write "+model.Prefix+"reuse "+v.Name()+" if all attempts may share it",
				v.Name()+" is not an io.Seeker, so it cannot be rewound")
		}
	}
	return list
}

// withoutRetries removes a result directive, which means nothing without retries.
func (r *Resolver) withoutRetries(m *model.Method, own map[grammar.Concern]*model.Directive) {
	if m.Result != nil {
		m.Result = nil
		if d := own[grammar.ConcernResult]; d != nil {
			r.Report(d.Said(), "add a strategy, as in "+model.Prefix+"simple attempts=10 delay=1s",
				strconv.Quote(d.Verb.Name)+" on "+m.Fn.Name()+": there is only one attempt, and none follows a result that is not good yet")
			return
		}
		for _, d := range m.Decisions {
			if d.By != nil && d.By.Verb.Concern == grammar.ConcernResult {
				skipDirective(m, d.By, "the method makes one attempt")
			}
		}
	}
}

// unnamed returns the variables of a tuple without their names.
func unnamed(tuple *types.Tuple) []*types.Var {
	list := make([]*types.Var, tuple.Len())
	for i, v := range shape.Enumerate(tuple) {
		list[i] = types.NewVar(0, nil, "", v.Type())
	}
	return list
}

// takes reports whether each value can be assigned to its variable.
func takes(vars *types.Tuple, values []*types.Var) bool {
	if vars.Len() != len(values) {
		return false
	}
	for i, v := range values {
		if !types.AssignableTo(v.Type(), vars.At(i).Type()) {
			return false
		}
	}
	return true
}

// skipDirective records why a directive of the interface does not apply to the method.
func skipDirective(m *model.Method, by *model.Directive, why string) {
	for i := range m.Decisions {
		if m.Decisions[i].By == by {
			m.Decisions[i].Skipped = why
		}
	}
}
