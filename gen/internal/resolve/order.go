package resolve

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/retrygen/retrygen/gen/internal/directive"
)

// methodsInOrder returns the methods of an interface in the order of its declaration. The
// methods of an embedded element come where the element stands. The type checker sorts
// them by name instead.
func (r *Resolver) methodsInOrder(d *directive.Declaration, iface *types.Interface) []*types.Func {
	all := make(map[string]*types.Func, iface.NumMethods())
	for fn := range iface.Methods() {
		all[fn.Id()] = fn
	}
	var ordered []*types.Func
	take := func(id string) {
		if fn := all[id]; fn != nil {
			delete(all, id)
			ordered = append(ordered, fn)
		}
	}
	if literal, ok := d.Spec.Type.(*ast.InterfaceType); ok {
		for _, field := range literal.Methods.List {
			for _, name := range field.Names {
				take(types.Id(r.Pkg.Types, name.Name))
			}
			if len(field.Names) == 0 {
				for _, fn := range r.methodsOf(field.Type) {
					take(fn.Id())
				}
			}
		}
	}
	rest := make([]*types.Func, 0, len(all))
	for _, fn := range all {
		rest = append(rest, fn)
	}
	return append(ordered, r.byPosition(rest)...)
}

// methodsOf returns the methods of an embedded element, by position.
func (r *Resolver) methodsOf(embedded ast.Expr) []*types.Func {
	t := r.Pkg.Info.TypeOf(embedded)
	if t == nil {
		return nil
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	return r.byPosition(slices.Collect(iface.Methods()))
}

// byPosition sorts by package, file name, position in the file and method name. It ignores
// the folder of a file, which differs between machines, and the column in other packages,
// which export data does not have.
func (r *Resolver) byPosition(list []*types.Func) []*types.Func {
	slices.SortFunc(list, func(a, b *types.Func) int {
		p, q := r.Pkg.Fset.Position(a.Pos()), r.Pkg.Fset.Position(b.Pos())
		if a.Pkg() != r.Pkg.Types {
			p.Column, q.Column = 0, 0
		}
		return cmp.Or(
			cmp.Compare(packagePath(a), packagePath(b)),
			cmp.Compare(filepath.Base(p.Filename), filepath.Base(q.Filename)),
			cmp.Compare(p.Line, q.Line),
			cmp.Compare(p.Column, q.Column),
			cmp.Compare(a.Name(), b.Name()),
		)
	})
	return list
}

// packagePath returns the path of a method's package, or "" for the method of error, which
// has no package.
func packagePath(fn *types.Func) string {
	if fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path()
}

// posOf returns where to report errors about a method: at the method if this package
// declares it, else at the embedded element that brings it, else at the interface.
func (r *Resolver) posOf(d *directive.Declaration, fn *types.Func) token.Pos {
	if fn.Pkg() == r.Pkg.Types {
		return fn.Pos()
	}
	if literal, ok := d.Spec.Type.(*ast.InterfaceType); ok {
		for _, field := range literal.Methods.List {
			if len(field.Names) == 0 && slices.Contains(r.methodsOf(field.Type), fn) {
				return field.Type.Pos()
			}
		}
	}
	return d.Spec.Name.Pos()
}
