package analyzer

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// runtimePath is the package that wrappers are made of.
const runtimePath = "github.com/retrygen/retrygen/runtime"

// isNamed reports whether a type, or what it points to, is that of a package and name.
func isNamed(t types.Type, path, name string) bool {
	named := namedOf(t)
	return named != nil && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path
}

// namedOf returns the named type that a type is or points to, or nil.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// isWrapper reports whether a type is a pointer to a generated wrapper: it has a method
// Group() *retry.Group, and a method Unwrap().
func isWrapper(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.Pointer); !ok || namedOf(t) == nil {
		return false
	}
	group, unwrap := methodOf(t, "Group"), methodOf(t, "Unwrap")
	return group != nil && unwrap != nil && group.Signature().Results().Len() == 1 &&
		isNamed(group.Signature().Results().At(0).Type(), runtimePath, "Group")
}

func methodOf(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	f, _ := obj.(*types.Func)
	return f
}

// constructed returns the func that a call runs if it builds a wrapper or a retry.Func: its
// last parameter is a *retry.Options.
func constructed(info *types.Info, call *ast.CallExpr) *types.Func {
	f := typeutil.StaticCallee(info, call)
	if f == nil || f.Signature().Recv() != nil || call.Ellipsis.IsValid() {
		return nil
	}
	params, results := f.Signature().Params(), f.Signature().Results()
	if params.Len() < 2 || len(call.Args) != params.Len() || results.Len() == 0 ||
		!isNamed(params.At(params.Len()-1).Type(), runtimePath, "Options") {
		return nil
	}
	made := results.At(0).Type()
	if !isWrapper(made) && !isNamed(made, runtimePath, "Func") {
		return nil
	}
	return f
}

// contextArg returns the argument of a call that is the context of a wrapper's method, of
// Func.Do or of DoValue, and what is called; nil if the call is none of these.
func contextArg(info *types.Info, call *ast.CallExpr) (arg ast.Expr, callee *types.Func) {
	f := typeutil.StaticCallee(info, call)
	if f == nil || len(call.Args) == 0 {
		return nil, nil
	}
	params := f.Signature().Params()
	if params.Len() == 0 || !isContext(params.At(0).Type()) {
		return nil, nil
	}
	if recv := f.Signature().Recv(); recv != nil {
		if isWrapper(recv.Type()) || isNamed(recv.Type(), runtimePath, "Func") {
			return call.Args[0], f
		}
		return nil, nil
	}
	if f.Pkg() != nil && f.Pkg().Path() == runtimePath && f.Name() == "DoValue" {
		return call.Args[0], f
	}
	return nil, nil
}

func isContext(t types.Type) bool { return isNamed(t, "context", "Context") }

// isFuncOf reports whether an object is a func of a package with one of these names.
func isFuncOf(f *types.Func, path string, names ...string) bool {
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != path || f.Signature().Recv() != nil {
		return false
	}
	for _, name := range names {
		if f.Name() == name {
			return true
		}
	}
	return false
}
