package adopt

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// A Survey lists what of some packages a wrapper could guard, by package and place.
type Survey struct {
	Worth   []Interface // that have no wrapper yet
	Wrapped []Interface // that have directives
	Clients []Client    // structs of other modules that a drafted interface fits
}

// An Interface is declared in the packages.
type Interface struct {
	Pos     token.Position
	Name    string // with its package, as shop.Payments
	Calls   int    // methods that take a context and can fail
	Methods int
	Reasons []string // why a wrapper is worth it
}

// A Client is a struct of another module, or of the standard library.
type Client struct {
	Pos   token.Position
	Name  string // as *s3.Client
	From  string // for init -from
	Where string // field client of Store
}

// Look surveys packages. Annotated are the names of the interfaces with directives, by the
// path of their package.
func Look(packages []*load.Package, annotated map[string][]string) *Survey {
	l := &look{packages: packages, survey: &Survey{}, mentioned: make(map[*types.TypeName][]string), holders: make(map[*types.TypeName]string)}
	for _, pkg := range packages {
		if pkg.Types != nil {
			l.mentions(pkg)
		}
	}
	for _, pkg := range packages {
		if pkg.Types == nil {
			continue
		}
		for _, name := range pkg.Types.Scope().Names() {
			obj, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName)
			if ok && !obj.IsAlias() && types.IsInterface(obj.Type()) {
				l.consider(pkg, obj, slices.Contains(annotated[pkg.Path], name))
			}
		}
	}
	byPlace := func(a, b token.Position) int {
		return cmp.Or(cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.Offset, b.Offset))
	}
	for _, list := range [][]Interface{l.survey.Worth, l.survey.Wrapped} {
		slices.SortFunc(list, func(a, b Interface) int { return byPlace(a.Pos, b.Pos) })
	}
	slices.SortFunc(l.survey.Clients, func(a, b Client) int { return cmp.Or(byPlace(a.Pos, b.Pos), cmp.Compare(a.From, b.From)) })
	l.survey.Clients = slices.Compact(l.survey.Clients)
	return l.survey
}

// A look is one run of Look.
type look struct {
	packages  []*load.Package
	survey    *Survey
	mentioned map[*types.TypeName][]string // in which packages
	holders   map[*types.TypeName]string   // structs with a client in a field, and its type
}

// mentions notes which types the declarations of a package mention.
func (l *look) mentions(pkg *load.Package) {
	for _, name := range pkg.Types.Scope().Names() {
		switch obj := pkg.Types.Scope().Lookup(name).(type) {
		case *types.TypeName:
			l.declared(pkg, obj)
		case *types.Func:
			l.signature(pkg, obj, name)
		case *types.Var:
			l.mention(pkg, obj.Type(), obj.Pos(), "variable "+name)
		}
	}
}

// declared notes what the fields and methods of a type mention.
func (l *look) declared(pkg *load.Package, obj *types.TypeName) {
	if s, ok := obj.Type().Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if client := l.mention(pkg, f.Type(), f.Pos(), "field "+f.Name()+" of "+obj.Name()); client != "" {
				l.holders[obj] = client
			}
		}
	}
	if named, ok := obj.Type().(*types.Named); ok {
		for fn := range named.Methods() {
			l.signature(pkg, fn, obj.Name()+"."+fn.Name())
		}
	}
}

func (l *look) signature(pkg *load.Package, fn *types.Func, name string) {
	for p := range fn.Signature().Params().Variables() {
		l.mention(pkg, p.Type(), p.Pos(), "parameter of "+name)
	}
	for r := range fn.Signature().Results().Variables() {
		shape.Contains(r.Type(), l.note(pkg))
	}
}

// note notes types that a package mentions.
func (l *look) note(pkg *load.Package) func(types.Type) bool {
	return func(t types.Type) bool {
		if named, ok := t.(*types.Named); ok && !slices.Contains(l.mentioned[named.Obj()], pkg.Path) {
			l.mentioned[named.Obj()] = append(l.mentioned[named.Obj()], pkg.Path)
		}
		return false
	}
}

// mention notes what a type mentions. If it is a client of another module, mention adds that
// to the survey and returns its name.
func (l *look) mention(pkg *load.Package, t types.Type, pos token.Pos, where string) string {
	shape.Contains(t, l.note(pkg))
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return ""
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || !l.isClient(named) {
		return ""
	}
	obj := named.Obj()
	name := types.TypeString(t, shape.ShortNames)
	l.survey.Clients = append(l.survey.Clients, Client{
		Pos: pkg.Fset.Position(pos), Name: name, From: obj.Pkg().Path() + "." + obj.Name(), Where: where,
	})
	return name
}

// standardClients are the types of the standard library that call a server.
var standardClients = []string{"database/sql.DB", "net/http.Client"}

// isClient reports whether a type belongs to another module, and has methods that take a
// context and can fail. A transaction ends with its first error, so it counts as none.
func (l *look) isClient(t *types.Named) bool {
	obj := t.Obj()
	if obj.Pkg() == nil || types.IsInterface(t) || shape.Generic(t) || !obj.Exported() || t.TypeArgs().Len() > 0 {
		return false
	}
	path := obj.Pkg().Path()
	if slices.Contains(standardClients, path+"."+obj.Name()) {
		return true
	}
	first, _, _ := strings.Cut(path, "/")
	own := slices.ContainsFunc(l.packages, func(pkg *load.Package) bool { return pkg.Path == path })
	if !strings.Contains(first, ".") || own || strings.HasPrefix(path, "github.com/retrygen/retrygen/") {
		return false
	}
	all := methodsOf(t)
	ends := func(name string) bool {
		return slices.ContainsFunc(all, func(fn *types.Func) bool { return fn.Name() == name })
	}
	calls := slices.ContainsFunc(all, func(fn *types.Func) bool { return isCall(fn.Signature()) })
	return calls && !(ends("Commit") && ends("Rollback"))
}

// consider adds an interface to the survey if it has calls and there is a reason to wrap it.
func (l *look) consider(pkg *load.Package, obj *types.TypeName, annotated bool) {
	iface := obj.Type().Underlying().(*types.Interface)
	found := Interface{Pos: pkg.Fset.Position(obj.Pos()), Name: pkg.Name + "." + obj.Name(), Methods: iface.NumMethods()}
	for fn := range iface.Methods() {
		if isCall(fn.Signature()) {
			found.Calls++
		}
	}
	if annotated {
		l.survey.Wrapped = append(l.survey.Wrapped, found)
		return
	}
	if found.Calls == 0 || !iface.IsMethodSet() {
		return
	}
	for _, ending := range []string{"API", "Client", "Gateway", "Repo", "Repository", "Store"} {
		if strings.HasSuffix(obj.Name(), ending) {
			found.Reasons = append(found.Reasons, "its name ends in "+ending)
			break
		}
	}
	found.Reasons = append(found.Reasons, l.implementers(iface)...)
	for _, other := range slices.Sorted(slices.Values(l.mentioned[obj])) {
		if other != pkg.Path && other != pkg.Path+"_test" {
			found.Reasons = append(found.Reasons, "package "+other+" uses it")
		}
	}
	if found.Reasons != nil {
		l.survey.Worth = append(l.survey.Worth, found)
	}
}

// implementers says which structs with a client in a field implement an interface.
func (l *look) implementers(iface *types.Interface) []string {
	var list []string
	for obj, client := range l.holders {
		pointer := types.NewPointer(obj.Type())
		if !shape.Generic(obj.Type()) && types.Implements(pointer, iface) {
			list = append(list, fmt.Sprintf("%s implements it with a %s", types.TypeString(pointer, shape.ShortNames), client))
		}
	}
	slices.Sort(list)
	return list
}
