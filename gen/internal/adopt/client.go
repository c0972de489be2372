package adopt

import (
	"cmp"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// A client is the type that an interface is written for.
type client struct {
	obj  *types.TypeName
	typ  types.Type // a pointer, unless the type is an interface
	name string     // as *s3.Client
}

// findClient finds the type that Ask.From names, or reports why there is none.
func (d *drafting) findClient() *client {
	from := strings.TrimPrefix(d.ask.From, "*")
	pkg := d.pkg.Types
	name := from
	if dot := strings.LastIndexByte(from, '.'); dot > strings.LastIndexByte(from, '/') {
		name = from[dot+1:]
		if pkg = d.findPackage(from[:dot]); pkg == nil {
			return nil
		}
	}
	obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
	switch {
	case !ok:
		d.refuse(diag.DidYouMean(name, typesWithMethods(pkg)), "-from "+d.ask.From+": package "+pkg.Path()+" has no type "+name)
		return nil
	case !obj.Exported() && pkg != d.pkg.Types:
		d.refuse("", "-from "+d.ask.From+": "+name+" is unexported in package "+pkg.Path())
		return nil
	case shape.Generic(obj.Type()):
		d.refuse("write the interface by hand", "-from "+d.ask.From+": "+name+" has type parameters")
		return nil
	case !shape.Reachable(obj, d.pkg.Types):
		d.refuse("", "-from "+d.ask.From+": package "+d.pkg.Path+" cannot import "+pkg.Path())
		return nil
	}
	c := &client{obj: obj, typ: obj.Type()}
	if !types.IsInterface(c.typ) {
		c.typ = types.NewPointer(c.typ)
	}
	c.name = types.TypeString(c.typ, shape.ShortNames)
	return c
}

// findPackage finds a package by its path, or by the name under which a package of the module
// imports it. It reports why there is none, or more than one.
func (d *drafting) findPackage(said string) *types.Package {
	if strings.Contains(said, "/") {
		return d.provide(said)
	}
	for _, pkg := range append([]*load.Package{d.pkg}, d.packages...) {
		found := importedAs(pkg, said)
		if len(found) > 1 {
			var paths []string
			for _, p := range found {
				paths = append(paths, p.Path())
			}
			d.refuse("name the package by its path", "-from "+d.ask.From+": package "+pkg.Path+" imports several packages as "+said+": "+strings.Join(paths, ", "))
			return nil
		}
		if len(found) == 1 {
			return d.provide(found[0].Path()) // with all names, even if no package of the module uses them
		}
	}
	if p := d.pkg.Provide(said); p != nil {
		return p
	}
	d.refuse("name the package by its path, as in -from github.com/aws/aws-sdk-go-v2/service/s3.Client",
		"-from "+d.ask.From+": no package of the module imports a package "+said)
	return nil
}

func (d *drafting) provide(path string) *types.Package {
	for _, p := range d.pkg.Types.Imports() {
		if p.Path() == path {
			return p
		}
	}
	for _, own := range d.packages {
		if own.Path == path && own.Types != nil {
			return own.Types
		}
	}
	if p := d.pkg.Provide(path); p != nil {
		return p
	}
	d.refuse(d.pkg.HowToProvide(path), "-from "+d.ask.From+": the module cannot import "+path)
	return nil
}

// importedAs returns the packages that a package imports under a name, sorted by path.
func importedAs(pkg *load.Package, name string) []*types.Package {
	if pkg.Types == nil {
		return nil
	}
	var found []*types.Package
	for _, p := range pkg.Types.Imports() {
		named := p.Name() == name
		for _, file := range pkg.Files {
			if alias := file.Aliases()[p.Path()]; alias != "" {
				named = named || alias == name
			}
		}
		if named {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *types.Package) int { return cmp.Compare(a.Path(), b.Path()) })
	return found
}

// typesWithMethods returns the names of the exported types of a package that have methods.
func typesWithMethods(pkg *types.Package) []string {
	var names []string
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if ok && obj.Exported() && len(methodsOf(obj.Type())) > 0 {
			names = append(names, name)
		}
	}
	return names
}

// methodsOf returns the exported methods of variables of a type, sorted by name.
func methodsOf(t types.Type) []*types.Func {
	if _, ok := t.(*types.Pointer); !ok && !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	var list []*types.Func
	for selection := range types.NewMethodSet(t).Methods() {
		if fn, ok := selection.Obj().(*types.Func); ok && fn.Exported() {
			list = append(list, fn)
		}
	}
	return list
}

// findMethods finds the methods that Ask.Methods names, in that order. It reports those that
// do not exist, and those whose types the package cannot write.
func (d *drafting) findMethods(c *client) []*types.Func {
	all := methodsOf(c.typ)
	var names []string
	for _, fn := range all {
		names = append(names, fn.Name())
	}
	if len(d.ask.Methods) == 0 {
		d.refuse("name those that the program calls, as in -methods "+strings.Join(examples(all), ","),
			"-methods is missing: "+c.name+" has "+diag.Count(len(all), "method"))
		return nil
	}
	var list []*types.Func
	for _, name := range d.ask.Methods {
		at := slices.Index(names, name)
		switch {
		case at < 0:
			d.refuse(diag.DidYouMean(name, names), "-methods "+name+": "+c.name+" has no exported method of that name")
		case slices.Contains(list, all[at]):
		default:
			d.checkWritable(all[at])
			list = append(list, all[at])
		}
	}
	return list
}

// checkWritable refuses a method with a type that the package cannot write.
func (d *drafting) checkWritable(fn *types.Func) {
	for v := range shape.Variables(fn.Signature()) {
		if part := shape.Unwritable(v.Type(), d.pkg.Types); part != nil {
			d.refuse("leave it out", "-methods "+fn.Name()+": package "+d.pkg.Name+" cannot write "+types.TypeString(part, shape.ShortNames)+", which is in its signature")
			return
		}
	}
}

// examples returns the names of a few methods that a wrapper can do something for.
func examples(all []*types.Func) []string {
	const most = 3
	var names []string
	for _, fn := range all {
		if len(names) < most && isCall(fn.Signature()) {
			names = append(names, fn.Name())
		}
	}
	if names == nil {
		names = []string{"NAME"}
	}
	return names
}

// isCall reports whether a method takes a context, or a request that has one, and can fail.
func isCall(sig *types.Signature) bool {
	carrier, _ := shape.CarrierOf(sig)
	return carrier != shape.NoContext && (shape.Fails(sig) || holdsError(sig))
}

// interfaceName makes a name from those of the package and of the type: S3Client, PgxpoolPool.
func (c *client) interfaceName() string {
	const initials = 3 // names of packages up to this length are usually initials
	pkg, name := c.obj.Pkg().Name(), model.UpperFirst(c.obj.Name())
	if strings.HasPrefix(strings.ToLower(name), pkg) {
		return name
	}
	if len(pkg) <= initials {
		return strings.ToUpper(pkg) + name
	}
	return model.UpperFirst(pkg) + name
}

// importNames gives the imports of a file their names.
type importNames struct {
	own   *types.Package
	taken model.Scope
	names map[string]string // by path
	known map[string]string // the names that the package's files give them, by path
	plain map[string]bool   // paths whose import needs no name
}

func newImportNames(pkg *load.Package, draft *Draft) *importNames {
	n := &importNames{own: pkg.Types, taken: make(model.Scope), names: make(map[string]string), known: make(map[string]string), plain: make(map[string]bool)}
	for name := range pkg.Names {
		n.taken[name] = true
	}
	n.taken[draft.Name] = true
	for _, file := range pkg.Files {
		for path, alias := range file.Aliases() {
			if model.Importable(alias) && alias != "." {
				n.known[path] = alias
			}
		}
	}
	return n
}

// qualify is a types.Qualifier. It notes which packages the file needs.
func (n *importNames) qualify(p *types.Package) string {
	if p.Path() == n.own.Path() {
		return ""
	}
	name, ok := n.names[p.Path()]
	if !ok {
		name = n.taken.Take(n.known[p.Path()], p.Name(), p.Name()+"pkg")
		n.names[p.Path()] = name
		n.plain[p.Path()] = name == p.Name() && name == baseOf(p.Path())
	}
	return name
}

// spec writes the import of a path.
func (n *importNames) spec(path string) string {
	if n.plain[path] {
		return strconv.Quote(path)
	}
	return n.names[path] + " " + strconv.Quote(path)
}

// baseOf returns the last element of a path that is not a major version.
func baseOf(p string) string {
	base := path.Base(p)
	if strings.HasPrefix(base, "v") && strings.Trim(base[1:], "0123456789") == "" && base != p {
		return path.Base(path.Dir(p))
	}
	return base
}

// Imports reports whether a package imports another one under a name.
func Imports(pkg *load.Package, name string) bool { return len(importedAs(pkg, name)) > 0 }
