package render

import (
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// A typeWriter writes types as code of one file.
type typeWriter struct {
	imports *imports
	own     *types.Package
	seen    model.Scope // where not nil, takes the names that the code uses unqualified
}

// id writes a name that the file or the package declares, or that is predeclared.
func (tw *typeWriter) id(name string) *jen.Statement {
	if tw.seen != nil {
		tw.seen[name] = true
	}
	return jen.Id(name)
}

// code writes a type as the file must spell it.
func (tw *typeWriter) code(t types.Type) *jen.Statement {
	switch t := t.(type) {
	case *types.Alias:
		if !shape.Reachable(t.Obj(), tw.own) {
			return tw.code(t.Rhs())
		}
		return tw.named(t.Obj(), t.TypeArgs())
	case *types.Named:
		return tw.named(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return tw.id(t.Obj().Name())
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return tw.qual("unsafe", "unsafe", "Pointer")
		}
		return tw.id(t.Name())
	case *types.Pointer:
		return jen.Op("*").Add(tw.code(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(tw.code(t.Elem()))
	case *types.Array:
		return jen.Index(jen.Lit(int(t.Len()))).Add(tw.code(t.Elem()))
	case *types.Map:
		return jen.Map(tw.code(t.Key())).Add(tw.code(t.Elem()))
	case *types.Chan:
		return tw.channel(t)
	case *types.Signature:
		return jen.Func().Add(tw.signature(t))
	case *types.Struct:
		return tw.structure(t)
	case *types.Interface:
		return tw.iface(t)
	case *types.Union:
		return tw.union(t)
	}
	panic("gen: no code for a type of kind " + t.String())
}

// object refers to a package-level object, of this package or another one.
func (tw *typeWriter) object(obj types.Object) *jen.Statement {
	if obj.Pkg() == nil || obj.Pkg() == tw.own {
		return tw.id(obj.Name())
	}
	return tw.qual(obj.Pkg().Path(), obj.Pkg().Name(), obj.Name())
}

// objectName is the code of object.
func (tw *typeWriter) objectName(obj types.Object) string {
	if obj.Pkg() == nil || obj.Pkg() == tw.own {
		return obj.Name()
	}
	return tw.imports.ref(obj.Pkg().Path(), obj.Pkg().Name(), obj.Name())
}

func (tw *typeWriter) qual(pkgPath, ownName, name string) *jen.Statement {
	return tw.id(tw.imports.add(pkgPath, ownName)).Dot(name)
}

func (tw *typeWriter) named(obj *types.TypeName, args *types.TypeList) *jen.Statement {
	s := tw.object(obj)
	if args.Len() > 0 {
		list := make([]jen.Code, 0, args.Len())
		for arg := range args.Types() {
			list = append(list, tw.code(arg))
		}
		s.Types(list...)
	}
	return s
}

func (tw *typeWriter) channel(t *types.Chan) *jen.Statement {
	elem := tw.code(t.Elem())
	switch t.Dir() {
	case types.RecvOnly:
		return jen.Op("<-").Chan().Add(elem)
	case types.SendOnly:
		return jen.Chan().Op("<-").Add(elem)
	}
	if c, ok := types.Unalias(t.Elem()).(*types.Chan); ok && c.Dir() == types.RecvOnly {
		elem = jen.Parens(elem) // chan <-chan T would be a chan<- chan T
	}
	return jen.Chan().Add(elem)
}

// signature writes parameters and results, without func and name.
func (tw *typeWriter) signature(t *types.Signature) *jen.Statement {
	s := jen.Params(tw.parameters(t, nil)...)
	results := make([]jen.Code, 0, t.Results().Len())
	for v := range t.Results().Variables() {
		results = append(results, tw.code(v.Type()))
	}
	switch len(results) {
	case 0:
		return s
	case 1:
		return s.Add(results...)
	}
	return s.Params(results...)
}

// parameters writes the parameters of a signature, with names where there are
// any. Neighbours of one type share it, as in a, b int.
func (tw *typeWriter) parameters(t *types.Signature, names []string) []jen.Code {
	list := make([]jen.Code, 0, t.Params().Len())
	for i := range t.Params().Len() {
		v := t.Params().At(i).Type()
		s := new(jen.Statement)
		if names != nil {
			s.Id(names[i])
			if shared(t.Params(), i) && !(t.Variadic() && i == t.Params().Len()-2) {
				list = append(list, s)
				continue
			}
		}
		if slice, ok := v.(*types.Slice); ok && t.Variadic() && i == t.Params().Len()-1 {
			list = append(list, s.Op("...").Add(tw.code(slice.Elem())))
		} else {
			list = append(list, s.Add(tw.code(v)))
		}
	}
	return list
}

// shared reports whether a variable is of the type of the one after it, as it is
// written.
func shared(vars *types.Tuple, i int) bool {
	return i+1 < vars.Len() && types.TypeString(vars.At(i).Type(), nil) == types.TypeString(vars.At(i+1).Type(), nil)
}

func (tw *typeWriter) structure(t *types.Struct) *jen.Statement {
	fields := make([]jen.Code, 0, t.NumFields())
	for i := range t.NumFields() {
		field := t.Field(i)
		s := new(jen.Statement)
		if !field.Embedded() {
			s.Id(field.Name())
		}
		s.Add(tw.code(field.Type()))
		if tag := t.Tag(i); tag != "" {
			if strconv.CanBackquote(tag) {
				s.Op("`" + tag + "`")
			} else {
				s.Op(strconv.Quote(tag))
			}
		}
		fields = append(fields, s)
	}
	return jen.Struct(fields...)
}

func (tw *typeWriter) iface(t *types.Interface) *jen.Statement {
	if t.NumMethods() == 0 && t.NumEmbeddeds() == 0 {
		if t.IsComparable() {
			return tw.id("comparable")
		}
		return jen.Interface()
	}
	if t.IsImplicit() && t.NumExplicitMethods() == 0 && t.NumEmbeddeds() == 1 {
		return tw.code(t.EmbeddedType(0)) // the constraint [T ~int | string], written without interface
	}
	elements := make([]jen.Code, 0, t.NumExplicitMethods()+t.NumEmbeddeds())
	for fn := range t.ExplicitMethods() {
		elements = append(elements, jen.Id(fn.Name()).Add(tw.signature(fn.Signature())))
	}
	for e := range t.EmbeddedTypes() {
		elements = append(elements, tw.code(e))
	}
	return jen.Interface(elements...)
}

func (tw *typeWriter) union(t *types.Union) *jen.Statement {
	s := new(jen.Statement)
	for i := range t.Len() {
		if i > 0 {
			s.Op("|")
		}
		if t.Term(i).Tilde() {
			s.Op("~")
		}
		s.Add(tw.code(t.Term(i).Type()))
	}
	return s
}
