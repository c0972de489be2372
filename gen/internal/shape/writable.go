package shape

import (
	"go/types"
	"strings"
)

// Unwritable returns a part of t that package own cannot write, or nil: a type that is
// unexported in another package or declared where own cannot import it, an unnamed struct
// with another package's unexported fields, or an unnamed interface with its unexported
// methods.
func Unwritable(t types.Type, own *types.Package) types.Type {
	var found types.Type
	Contains(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Alias:
			if !Reachable(t.Obj(), own) { // generated code writes what it stands for
				found = Unwritable(t.Rhs(), own)
			}
		case *types.Named:
			if !Reachable(t.Obj(), own) {
				found = t
			}
		case *types.Struct:
			for field := range t.Fields() {
				if !field.Exported() && field.Pkg() != own {
					found = t
				}
			}
		case *types.Interface:
			for fn := range t.ExplicitMethods() {
				if !fn.Exported() && fn.Pkg() != own {
					found = t
				}
			}
		}
		return found != nil
	})
	return found
}

// Reachable reports whether package own can use the name of a type. In another package,
// the name must be exported, and own must be allowed to import that package.
func Reachable(obj *types.TypeName, own *types.Package) bool {
	if obj.Pkg() == nil || obj.Pkg() == own {
		return true
	}
	from := own.Path()
	if strings.HasSuffix(own.Name(), "_test") { // an external test is in the folder of its package
		from = strings.TrimSuffix(from, "_test")
	}
	return obj.Exported() && !internalTo(obj.Pkg().Path(), from)
}

// internalTo reports whether the go command forbids package from to import path, by the
// rule of internal folders.
func internalTo(path, from string) bool {
	at := strings.LastIndex("/"+path+"/", "/internal/")
	if at < 0 {
		return strings.HasPrefix(path, "vendor/") // what the standard library has vendored
	}
	root := strings.TrimSuffix(path[:max(at-1, 0)], "/")
	return from != root && !strings.HasPrefix(from, root+"/")
}
