package resolve

import (
	"go/types"
	"strconv"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// funcNamed returns the func that a directive names, or nil after reporting that
// there is none.
func (r *Resolver) funcNamed(d *model.Directive) (types.Object, *types.Signature) {
	word := d.Words[0]
	obj, err := r.lookup(r.source(d), word.Text)
	switch {
	case err != nil && word.Text == "off":
		r.cannotBeOff(d, word)
		return nil, nil
	case err != nil:
		err.Pos = r.Pkg.Fset.Position(d.At(word.Offset))
		r.Errs = append(r.Errs, err)
		return nil, nil
	}
	switch obj.(type) {
	case *types.Func, *types.Var:
		if sig, ok := obj.Type().Underlying().(*types.Signature); ok && sig.TypeParams().Len() == 0 {
			return obj, sig
		}
	}
	r.Report(d.At(word.Offset), "", word.Text+" is "+describe(obj)+", and no func that "+d.Verb.Name+" could call")
	return nil, nil
}

// cannotBeOff reports off where the name of something was to be. It may be a name,
// too, so that the grammar lets it pass.
func (r *Resolver) cannotBeOff(d *model.Directive, off grammar.Word) {
	r.Report(d.At(off.Offset), "leave it out: an interface cannot say it for its methods", d.Verb.Name+" cannot be switched off")
}

// applyResult puts a result directive into force. On the type it is skipped for
// methods with other results than its func takes.
func (r *Resolver) applyResult(m *model.Method, d *model.Directive, ofType bool) {
	obj, sig := r.funcNamed(d)
	if obj == nil {
		return
	}
	wants := "func" + types.TypeString(types.NewTuple(unnamed(m.Sig.Results())...), shape.ShortNames) + " bool"
	fits := !sig.Variadic() && takes(sig.Params(), unnamed(m.Sig.Results())) &&
		sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), shape.BoolType)
	switch {
	case fits:
		m.Result = obj
	case ofType:
		skipDirective(m, d, d.Words[0].Text+" takes other results than the method has")
	default:
		r.Report(d.At(d.Words[0].Offset), "", d.Words[0].Text+" is "+describe(obj)+", where result of "+m.Fn.Name()+" needs a "+wants)
	}
}

// fallback resolves the func, or the method of the interface, that is called when
// the call has failed.
func (r *Resolver) fallback(w *Draft, m *model.Method, d *model.Directive) *model.Fallback {
	word := d.Words[0]
	if fn := methodNamed(w, r.Pkg.Types, word.Text); fn != nil {
		switch {
		case fn == m.Fn:
			r.Report(d.At(word.Offset), "", m.Fn.Name()+" cannot be its own fallback")
		case !types.Identical(fn.Signature(), m.Sig):
			r.Report(d.At(word.Offset), "", "the fallback "+word.Text+" is a "+types.TypeString(fn.Signature(), shape.ShortNames)+
				", and "+m.Fn.Name()+" is a "+types.TypeString(m.Sig, shape.ShortNames))
		default:
			return &model.Fallback{Fn: fn, Method: true, Pos: d.At(word.Offset)}
		}
		return nil
	}
	obj, sig := r.funcNamed(d)
	if obj == nil {
		return nil
	}
	params := append(unnamed(m.Sig.Params()), types.NewVar(0, nil, "", shape.ErrorType))
	wants := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(unnamed(m.Sig.Results())...), false)
	if sig.Variadic() || !takes(sig.Params(), params) || !takes(m.Sig.Results(), unnamed(sig.Results())) {
		hint := ""
		if m.Sig.Variadic() {
			hint = "the last parameter arrives as a slice"
		}
		r.Report(d.At(word.Offset), hint, word.Text+" is "+describe(obj)+", where the fallback of "+m.Fn.Name()+" needs a "+
			types.TypeString(wants, shape.ShortNames))
		return nil
	}
	return &model.Fallback{Fn: obj, Pos: d.At(word.Offset)}
}

// methodNamed returns the method of an interface that has a name.
func methodNamed(w *Draft, pkg *types.Package, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(w.Iface.Type(), false, pkg, name)
	fn, _ := obj.(*types.Func)
	return fn
}

// checkFallbacks refuses methods that are the fallbacks of each other, which would
// go on for ever.
func (r *Resolver) checkFallbacks(w *Draft) {
	next := make(map[types.Object]*model.Method)
	for _, m := range w.Methods {
		next[m.Fn] = m
	}
	for _, start := range w.Methods {
		for m, steps := start, 0; m != nil && m.Fallback != nil && m.Fallback.Method; steps++ {
			m = next[m.Fallback.Fn]
			if m == start || steps > len(w.Methods) {
				r.Report(start.Fallback.Pos, "", "the fallback of "+start.Fn.Name()+" comes back to it")
				break
			}
		}
	}
}

// rewind resolves the parameters that are put back before each retry.
func (r *Resolver) rewind(m *model.Method, d *model.Directive) []int {
	list := r.params(m, d)
	for _, i := range list {
		v := m.Sig.Params().At(i)
		if !shape.Seeks(v.Type()) {
			r.Report(d.Said(), "switch the retries off, or say "+model.Prefix+"reuse "+v.Name()+" if each attempt may have it",
				v.Name()+" is no io.Seeker, and cannot be put back")
		}
	}
	return list
}

// withoutRetries deals with what only retries give a meaning.
func (r *Resolver) withoutRetries(m *model.Method, own map[grammar.Concern]*model.Directive) {
	if m.Result != nil {
		m.Result = nil
		if d := own[grammar.ConcernResult]; d != nil {
			r.Report(d.Said(), "add a strategy, as in "+model.Prefix+"simple attempts=10 delay=1s",
				strconv.Quote(d.Verb.Name)+" on "+m.Fn.Name()+": there is one attempt, and none to follow a result that is not good yet")
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

// takes reports whether values can be handed over as a list of variables, one each.
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

// skipDirective notes why the method does without a directive of the interface after all.
func skipDirective(m *model.Method, by *model.Directive, why string) {
	for i := range m.Decisions {
		if m.Decisions[i].By == by {
			m.Decisions[i].Skipped = why
		}
	}
}
