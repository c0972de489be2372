package resolve

import (
	"go/constant"
	"go/types"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
)

// A codeType is a type whose constants are codes of errors.
type codeType struct {
	path, name string
	has        string // the func of the runtime that looks for a code
	in, holder string // the type that has the code, which that func is told
}

var codeTypes = []codeType{
	{"google.golang.org/grpc/codes", "Code", "HasGRPCCode", "google.golang.org/grpc/status", "Status"},
	{"connectrpc.com/connect", "Code", "HasCode", "connectrpc.com/connect", "Error"},
}

// constants says in a hint which constants can match an error.
const constants = "a constant matches errors if it is a code of gRPC or connect, or a status such as http.StatusConflict"

// code returns the matcher for a constant that is a code of gRPC or connect, or a status of
// package net/http.
func (r *Resolver) code(word string, obj *types.Const) (model.Matcher, *diag.Error) {
	m := model.Matcher{Kind: model.MatchCode, Word: word, Obj: obj}
	if obj.Pkg() != nil && obj.Pkg().Path() == "net/http" && strings.HasPrefix(obj.Name(), "Status") {
		m.Has = "HasStatus"
		return m, nil
	}
	for _, t := range codeTypes {
		if !isNamed(obj.Type(), t.path, t.name) {
			continue
		}
		if value, ok := constant.Int64Val(constant.ToInt(obj.Val())); ok && value == 0 {
			return m, &diag.Error{Msg: word + " is the code of success, and cannot match an error"}
		}
		var holder types.Object
		if p := r.Pkg.Provide(t.in); p != nil {
			holder = p.Scope().Lookup(t.holder)
		}
		if holder == nil {
			return m, &diag.Error{Msg: "code that looks for " + word + " in an error needs package " + t.in + ", which the module cannot import",
				Hint: r.Pkg.HowToProvide(t.in)}
		}
		m.Has, m.Holder = t.has, holder
		return m, nil
	}
	return m, &diag.Error{Msg: word + " is a constant " + describe(obj) + ", and cannot match an error", Hint: constants}
}
