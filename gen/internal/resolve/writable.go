package resolve

import (
	"go/types"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// checkWritable refuses a method whose wrapper would have to write a type that only
// another package can write.
func (r *Resolver) checkWritable(m *model.Method) {
	part := r.unwritable(m.Sig)
	if part == nil {
		return
	}
	hint := "give " + m.Fn.Name() + " types that package " + r.Pkg.Name + " can write"
	if r.isForeign(m) {
		hint = "embed an interface without " + m.Fn.Name()
	}
	r.Report(m.Pos, hint, "the signature of "+m.Fn.Name()+" has "+whyUnwritable(part)+", so the wrapper cannot declare the method")
}

// checkHolders refuses a result that the wrapper would put a type of its own around, to
// notice its end, if only another package can write the method that ends it.
func (r *Resolver) checkHolders(w *Draft, m *model.Method) {
	for i, keeping := range m.Keeps() {
		if keeping != shape.KeepInterface {
			continue
		}
		result := m.Sig.Results().At(i)
		for _, end := range shape.Endings(result.Type()) {
			if part := r.unwritable(end.Fn.Signature()); part != nil {
				r.Report(r.posOfVar(m, result), r.onMethod(w, m, "write "+model.Prefix+"none on "+m.Fn.Name()),
					"the signature of "+end.Fn.Name()+" in the result of "+m.Fn.Name()+" has "+whyUnwritable(part)+", so the wrapper cannot notice when the result is done")
				return
			}
		}
	}
}

// unwritable returns a part of a signature that this package cannot write, or nil.
func (r *Resolver) unwritable(sig *types.Signature) types.Type {
	for v := range shape.Variables(sig) {
		if part := shape.Unwritable(v.Type(), r.Pkg.Types); part != nil {
			return part
		}
	}
	return nil
}

// whyUnwritable names a part that shape.Unwritable found, and says why only its package can
// write it.
func whyUnwritable(part types.Type) string {
	text := types.TypeString(part, shape.ShortNames)
	var obj types.Object
	switch part := part.(type) {
	case *types.Named:
		obj = part.Obj()
		if obj.Exported() {
			return text + ", which is declared in " + obj.Pkg().Path() + " and cannot be imported here"
		}
		return obj.Pkg().Name() + "." + obj.Name() + ", which is unexported in package " + obj.Pkg().Name()
	case *types.Struct:
		for field := range part.Fields() {
			if !field.Exported() {
				obj = field
			}
		}
	case *types.Interface:
		for fn := range part.ExplicitMethods() {
			if !fn.Exported() {
				obj = fn
			}
		}
	}
	return text + ", whose " + obj.Name() + " is unexported in package " + obj.Pkg().Name()
}

// isForeign reports whether another package declares a method, so that its directives
// cannot stand on it there.
func (r *Resolver) isForeign(m *model.Method) bool { return m.Fn.Pkg() != r.Pkg.Types }

// onMethod returns a hint about directives of a method. If another package declares the
// method, it says how to get a place for them.
func (r *Resolver) onMethod(w *Draft, m *model.Method, hint string) string {
	if !r.isForeign(m) {
		return hint
	}
	return "redeclare " + m.Fn.Name() + " in " + w.decl.Name() + ", then " + hint
}
