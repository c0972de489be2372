package shape

import (
	"go/types"
)

// Variables yields the parameters and the results of a signature.
func Variables(sig *types.Signature) func(func(*types.Var) bool) {
	return func(yield func(*types.Var) bool) {
		for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
			for v := range tuple.Variables() {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// ParamNames returns the names of the parameters, including "" and "_".
func ParamNames(sig *types.Signature) []string {
	names := make([]string, sig.Params().Len())
	for i, v := range Enumerate(sig.Params()) {
		names[i] = v.Name()
	}
	return names
}

// ShortNames is a types.Qualifier that qualifies names as Go code does.
func ShortNames(p *types.Package) string { return p.Name() }

// TypeParamsOf returns the type parameters of a declared type, or nil.
func TypeParamsOf(obj *types.TypeName) *types.TypeParamList {
	if t, ok := obj.Type().(interface{ TypeParams() *types.TypeParamList }); ok {
		return t.TypeParams()
	}
	return nil
}

func Named(v *types.Var) bool { return v.Name() != "" && v.Name() != "_" }

// Enumerate yields the variables of a tuple with their indices.
func Enumerate(t *types.Tuple) func(func(int, *types.Var) bool) {
	return func(yield func(int, *types.Var) bool) {
		for i := range t.Len() {
			if !yield(i, t.At(i)) {
				return
			}
		}
	}
}
