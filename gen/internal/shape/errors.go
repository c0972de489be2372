package shape

import (
	"go/types"
)

// Generic reports whether t has type parameters but no type arguments.
func Generic(t types.Type) bool {
	named, ok := t.(interface {
		TypeParams() *types.TypeParamList
		TypeArgs() *types.TypeList
	})
	return ok && named.TypeParams().Len() > 0 && named.TypeArgs().Len() == 0
}

var (
	ErrorType      = types.Universe.Lookup("error").Type()
	ErrorInterface = ErrorType.Underlying().(*types.Interface)
	BoolType       = types.Typ[types.Bool]
)

func IsError(t types.Type) bool { return types.Implements(t, ErrorInterface) }

// DataResults returns how many results there are beside the error.
func DataResults(sig *types.Signature) int {
	if Fails(sig) {
		return sig.Results().Len() - 1
	}
	return sig.Results().Len()
}

// Fails reports whether the last result is error, or an alias of it.
func Fails(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && types.Identical(sig.Results().At(n-1).Type(), ErrorType)
}
