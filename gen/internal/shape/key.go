package shape

import (
	"go/types"
)

// BasicKey returns the basic type that a type of keys comes down to, or nil.
func BasicKey(t types.Type) *types.Basic {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return nil
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsString|types.IsNumeric|types.IsBoolean) == 0 {
		return nil
	}
	return basic
}
