package shape

import (
	"go/types"
)

// A Carrier says how a method gets its context.
type Carrier int

const (
	NoContext Carrier = iota
	ContextParam
	RequestParam
)

// CarrierOf finds the parameter that brings a method its context, and its index: the first
// context.Context, or else the first *http.Request.
func CarrierOf(sig *types.Signature) (Carrier, int) {
	for i := range sig.Params().Len() {
		if isNamed(sig.Params().At(i).Type(), "context", "Context") {
			return ContextParam, i
		}
	}
	for i := range sig.Params().Len() {
		if IsRequest(sig.Params().At(i).Type()) {
			return RequestParam, i
		}
	}
	return NoContext, -1
}

func isNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path && named.Obj().Name() == name
}
