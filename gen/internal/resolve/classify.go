package resolve

import (
	"go/types"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// errorFuncs are the verbs that name a func of an error, with the type that the func
// returns.
var errorFuncs = map[grammar.Concern]struct{ path, pkg, name string }{
	grammar.ConcernClassify:   {model.RuntimePath, model.RuntimeName, "Class"},
	grammar.ConcernRetryAfter: {"time", "time", "Duration"},
}

// errorFunc resolves the func of a classify or retry-after directive. It returns nil
// after reporting that the directive names none.
func (r *Resolver) errorFunc(d *model.Directive) types.Object {
	if d.Off {
		return nil
	}
	returns := errorFuncs[d.Verb.Concern]
	wants := "func(error) " + returns.pkg + "." + returns.name
	obj, sig := r.funcNamed(d, d.Words[0], wants)
	if obj == nil {
		return nil
	}
	fits := !sig.Variadic() && sig.Params().Len() == 1 && types.Identical(sig.Params().At(0).Type(), shape.ErrorType) &&
		sig.Results().Len() == 1 && isNamed(sig.Results().At(0).Type(), returns.path, returns.name)
	if !fits {
		r.Report(d.At(d.Words[0].Offset), "", d.Words[0].Text+" is "+describe(obj)+", but "+d.Verb.Name+" needs a "+wants)
		return nil
	}
	return obj
}

// isNamed reports whether t is the type of that name, perhaps by an alias.
func isNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path && named.Obj().Name() == name
}
