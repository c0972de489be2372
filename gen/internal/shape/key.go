package shape

import (
	"go/types"
)

// BasicKey returns the underlying basic type of a type of keys, or nil if values of the
// type cannot be keys.
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
