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

// applyErrorIn puts an error-in directive into force. It skips a directive of the type for
// methods that its funcs do not fit.
func (r *Resolver) applyErrorIn(w *Draft, m *model.Method, d *model.Directive, ofType bool) {
	a := &accessors{Resolver: r, w: w, m: m, d: d}
	read, ok := a.read(d.Words[0])
	if !ok {
		a.refuse(ofType)
		return
	}
	in := &model.ErrorIn{Read: read}
	switch {
	case !m.Fails && len(d.Words) == 1:
		a.lacksMake(ofType)
		return
	case !m.Fails:
		if in.Make, ok = a.make(d.Words[1]); !ok {
			a.refuse(ofType)
			return
		}
	case len(d.Words) == 2 && !ofType:
		r.Report(d.At(d.Words[1].Offset), "remove it", m.Fn.Name()+" returns an error, so nothing uses "+d.Words[1].Text)
	}
	m.ErrorIn = in
}

// accessors resolves the words of an error-in directive for a method.
type accessors struct {
	*Resolver
	w *Draft
	m *model.Method
	d *model.Directive

	// Why the method does not fit the word at this place: for the explanation of a
	// directive of the type, and for an error. Without them an error is reported.
	at           grammar.Word
	skipped, msg string
}

// refuse skips the directive of the type for the method, or reports the one of the method.
func (a *accessors) refuse(ofType bool) {
	switch {
	case a.msg == "":
	case ofType:
		skipDirective(a.m, a.d, a.skipped)
	default:
		a.Report(a.d.At(a.at.Offset), "", a.msg)
	}
}

// misfit notes that the method does not fit a word.
func (a *accessors) misfit(at grammar.Word, skipped, msg string) (model.Accessor, bool) {
	a.at, a.skipped, a.msg = at, skipped, msg
	return model.Accessor{}, false
}

// read resolves the word that reads the error.
func (a *accessors) read(word grammar.Word) (model.Accessor, bool) {
	results := a.m.Sig.Results()
	name := a.m.Fn.Name()
	if results.Len() == 0 {
		return a.misfit(word, "the method returns nothing", name+" returns nothing that "+word.Text+" could read")
	}
	if method, ok := strings.CutPrefix(word.Text, "."); ok {
		switch t := a.onlyResult(); {
		case t == nil:
			return a.misfit(word, "the method has no single result with a method "+method,
				word.Text+" is a method of the only result beside the error, but "+name+" has "+strconv.Itoa(shape.DataResults(a.m.Sig))+" of them")
		case !a.has(t, method, readSignature):
			return a.misfit(word, "its result has no method "+method+"() error",
				types.TypeString(t, shape.ShortNames)+" has no method "+method+"() error")
		default:
			return model.Accessor{Word: word.Text, Method: method}, true
		}
	}
	if a.meansMethod(word) {
		a.Report(a.d.At(word.Offset), "did you mean \"."+word.Text+"\"?", "undefined: "+word.Text)
		return model.Accessor{}, false
	}
	wants := "func" + types.TypeString(types.NewTuple(unnamed(results)...), shape.ShortNames) + " error"
	obj, sig := a.funcNamed(a.d, word, wants)
	switch {
	case obj == nil:
		return model.Accessor{}, false
	case sig.Results().Len() != 1 || !shape.Fails(sig):
		a.Report(a.d.At(word.Offset), "", word.Text+" is "+describe(obj)+", but error-in needs a func that returns an error")
		return model.Accessor{}, false
	case sig.Variadic() || !takes(sig.Params(), unnamed(results)):
		return a.misfit(word, word.Text+" takes other results than the method has",
			word.Text+" is "+describe(obj)+", but error-in of "+name+" needs a "+wants)
	}
	return model.Accessor{Word: word.Text, Func: obj}, true
}

// make resolves the word that makes the results of a call without an attempt.
func (a *accessors) make(word grammar.Word) (model.Accessor, bool) {
	results := a.m.Sig.Results()
	name := a.m.Fn.Name()
	if method, ok := strings.CutPrefix(word.Text, "."); ok {
		t := a.onlyResult()
		if t == nil || !isPointerToStruct(t) {
			return a.misfit(word, "its result is not a pointer to a struct, which "+word.Text+" needs",
				word.Text+" needs a result that is a pointer to a struct, but "+name+" returns "+types.TypeString(results, shape.ShortNames))
		}
		if !a.has(t, method, makeSignature) {
			return a.misfit(word, "its result has no method "+method+"(error)",
				types.TypeString(t, shape.ShortNames)+" has no method "+method+"(error)")
		}
		return model.Accessor{Word: word.Text, Method: method}, true
	}
	wants := a.wantsMake()
	obj, sig := a.funcNamed(a.d, word, wants)
	switch {
	case obj == nil:
		return model.Accessor{}, false
	case sig.Variadic() || sig.Params().Len() != 1 || !types.Identical(sig.Params().At(0).Type(), shape.ErrorType):
		a.Report(a.d.At(word.Offset), "", word.Text+" is "+describe(obj)+", but error-in needs a func that takes an error")
		return model.Accessor{}, false
	case !takes(results, unnamed(sig.Results())):
		return a.misfit(word, word.Text+" makes other results than the method has",
			word.Text+" is "+describe(obj)+", but error-in of "+name+" needs a "+wants)
	}
	return model.Accessor{Word: word.Text, Func: obj}, true
}

// lacksMake reports that a method without an error result has nothing to return if there
// is no attempt.
func (a *accessors) lacksMake(ofType bool) {
	word := a.d.Words[0]
	hint := "name a " + a.wantsMake() + " after " + word.Text
	if t := a.onlyResult(); t != nil && isPointerToStruct(t) && a.has(t, "SetErr", makeSignature) {
		hint = "write " + model.Prefix + "error-in " + word.Text + " .SetErr"
	}
	if ofType {
		hint = a.onMethod(a.w, a.m, hint+", or write "+model.Prefix+"error-in off on "+a.m.Fn.Name())
	}
	a.Report(a.d.At(word.Offset), hint,
		a.m.Fn.Name()+" returns no error, so it cannot say that there was no attempt")
}

// wantsMake is the type of the func that makes the results of the method.
func (a *accessors) wantsMake() string {
	results := types.NewTuple(unnamed(a.m.Sig.Results())...)
	return types.TypeString(types.NewSignatureType(nil, nil, nil, errorParam, results, false), shape.ShortNames)
}

// onlyResult returns the type of the only result beside the error, or nil.
func (a *accessors) onlyResult() types.Type {
	if shape.DataResults(a.m.Sig) != 1 {
		return nil
	}
	return a.m.Sig.Results().At(0).Type()
}

// has reports whether a variable of type t has a method that this package can call.
func (a *accessors) has(t types.Type, name string, sig *types.Signature) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, a.Pkg.Types, name)
	fn, ok := obj.(*types.Func)
	return ok && types.Identical(fn.Signature(), sig)
}

// meansMethod reports whether a word names a method of the result, without the dot.
func (a *accessors) meansMethod(word grammar.Word) bool {
	t := a.onlyResult()
	if t == nil || !token.IsIdentifier(word.Text) || !a.has(t, word.Text, readSignature) {
		return false
	}
	_, err := a.lookup(a.source(a.d), word.Text)
	return err != nil
}

func isPointerToStruct(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	_, ok = p.Elem().Underlying().(*types.Struct)
	return ok
}

var (
	errorParam = types.NewTuple(types.NewVar(0, nil, "", shape.ErrorType))

	// readSignature is that of the method .Err, makeSignature that of .SetErr.
	readSignature = types.NewSignatureType(nil, nil, nil, nil, errorParam, false)
	makeSignature = types.NewSignatureType(nil, nil, nil, errorParam, nil, false)
)
