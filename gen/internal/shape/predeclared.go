package shape

import (
	"go/types"
)

// Predeclared returns the name of t if it is a predeclared type, or "".
func Predeclared(t types.Type) string {
	var obj *types.TypeName
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() != types.UnsafePointer {
			return t.Name()
		}
	case *types.Named:
		obj = t.Obj()
	case *types.Alias:
		obj = t.Obj()
	}
	if obj == nil || obj.Pkg() != nil {
		return ""
	}
	return obj.Name()
}
