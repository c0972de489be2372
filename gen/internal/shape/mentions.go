package shape

import "go/types"

// Mentions calls f for each named type that a signature mentions: parameters and results,
// what they are made of, what aliases stand for, and interfaces that they embed. It does not
// look into the fields of named types.
func Mentions(sig *types.Signature, f func(*types.TypeName)) {
	seen := make(map[*types.TypeName]bool)
	var look func(types.Type) bool
	look = func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Alias:
			f(t.Obj())
			Contains(t.Rhs(), look)
		case *types.Named:
			if seen[t.Obj()] {
				return false
			}
			seen[t.Obj()] = true
			f(t.Obj())
			if iface, ok := t.Underlying().(*types.Interface); ok {
				for embedded := range iface.EmbeddedTypes() {
					Contains(embedded, look)
				}
			}
		}
		return false
	}
	Contains(sig, look)
}
