package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// structName is the name of the wrapper of an interface where wrap gives none.
func structName(iface string) string {
	if ast.IsExported(iface) {
		return "Resilient" + iface
	}
	return "resilient" + model.UpperFirst(iface)
}

// constructorName is the name of the func that makes a wrapper.
func constructorName(structName string) string {
	if ast.IsExported(structName) {
		return "New" + structName
	}
	return "new" + model.UpperFirst(structName)
}

// fileName is the name of the output where wrap gives none.
func fileName(iface string, inTest bool) string {
	if inTest {
		return strings.ToLower(iface) + "_retry_test.go"
	}
	return strings.ToLower(iface) + "_retry.go"
}

// wrapName returns the name that a declaration's wrapper gets, and where it is
// said: the position of the interface unless wrap says it.
func wrapName(d *declaration) (string, token.Pos) {
	if name, pos, ok := wrapValue(d, "name"); ok {
		return name, pos
	}
	return structName(d.name()), d.spec.Name.Pos()
}

// wrapFile is wrapName for the output file.
func wrapFile(d *declaration) (string, token.Pos) {
	if file, pos, ok := wrapValue(d, "file"); ok {
		return file, pos
	}
	return fileName(d.name(), d.file.InTest()), d.spec.Name.Pos()
}

func wrapValue(d *declaration, key string) (string, token.Pos, bool) {
	for _, w := range d.directives {
		if w.Verb.Concern == grammar.ConcernWrap && !w.Broken {
			if value, offset, ok := w.Value(key); ok {
				return value, w.At(offset), true
			}
		}
	}
	return "", token.NoPos, false
}

// names chooses the wrapper's name and file, and refuses what is taken.
func (r *resolver) names(w *draft) {
	w.Build = buildConstraint(w.decl.file)
	r.structName(w)
	r.fileName(w)
}

// structName chooses the wrapper's name. What it has in common with that of another
// wrapper is looked for later.
func (r *resolver) structName(w *draft) {
	var pos token.Pos
	w.Name, pos = wrapName(w.decl)
	if why := unfit(w.Name, r.pkg.Name); why != "" {
		r.Report(pos, "", why)
		return
	}
	for _, name := range []string{w.Name, constructorName(w.Name)} {
		if why := r.takenBy(w, name); why != "" {
			r.Report(pos, "give the wrapper another name with "+model.Prefix+"wrap name=NAME", name+" is "+why)
			return
		}
	}
}

// unfit says why a type of a package cannot have a name, or "".
func unfit(name, pkg string) string {
	switch {
	case !token.IsIdentifier(name) || name == "_":
		return strconv.Quote(name) + " is no Go identifier"
	case types.Universe.Lookup(name) != nil:
		return name + " is predeclared, and a wrapper of that name would hide it from the package"
	case name == "init", name == "main" && pkg == "main":
		return name + " can only be a func"
	}
	return ""
}

// takenBy says what else has a name at package level, or "".
func (r *resolver) takenBy(w *draft, name string) string {
	if pos, ok := r.declared[name]; ok {
		return "declared already, at " + filepath.Base(r.pkg.Fset.Position(pos).String())
	}
	for p := range shape.TypeParamsOf(w.Iface).TypeParams() {
		if p.Obj().Name() == name {
			return "a type parameter of " + w.decl.name()
		}
	}
	for _, file := range r.pkg.Files {
		if r.pkg.Scope(file).Lookup(name) != nil {
			return "imported by " + filepath.Base(file.Path)
		}
	}
	return ""
}

// checkNames refuses a wrapper with a name in common with another one.
func (r *resolver) checkNames(w *draft, byName map[string]*draft) {
	for _, name := range []string{w.Name, constructorName(w.Name)} {
		other := byName[name]
		if other == nil {
			byName[name] = w
			continue
		}
		pos := w.decl.spec.Name.Pos()
		for _, d := range []*declaration{other.decl, w.decl} {
			if _, at, ok := wrapValue(d, "name"); ok {
				pos = at
			}
		}
		r.Report(pos, "give one of them another name with "+model.Prefix+"wrap name=NAME",
			"the wrappers of "+other.decl.name()+" and "+w.decl.name()+" would both declare "+name)
		return
	}
}

// fileName chooses the wrapper's file.
func (r *resolver) fileName(w *draft) {
	file, pos := wrapFile(w.decl)
	switch {
	case filepath.Base(file) != file || strings.ContainsAny(file, `/\`) || !strings.HasSuffix(file, ".go"):
		r.Report(pos, "", strconv.Quote(file)+" is no name of a Go file in the interface's folder")
	case strings.HasPrefix(file, ".") || strings.HasPrefix(file, "_"):
		r.Report(pos, "", "the go command does not look at "+strconv.Quote(file)+", whose name begins with "+strconv.Quote(file[:1]))
	case !slices.Equal(namedConstraint(file), namedConstraint(filepath.Base(w.decl.file.Path))) && namedConstraint(file) != nil:
		r.Report(pos, "", "the name of "+file+" means that it is only built for "+strings.Join(namedConstraint(file), " and "))
	case strings.HasSuffix(file, "_test.go") != w.decl.file.InTest():
		r.Report(pos, "an interface of a test file is wrapped in a test file, any other in none",
			"a wrapper of "+w.decl.name()+" cannot be in "+file)
	}
	w.Path = filepath.Join(filepath.Dir(w.decl.file.Path), file)
}

// checkPredeclared refuses a package in which what generated code is made of means
// something else.
func (r *resolver) checkPredeclared(w *draft, iface *types.Interface) {
	needed := map[string]bool{"error": true, "bool": true, "nil": true, "true": true}
	note := func(t types.Type) bool {
		if name := shape.Predeclared(t); name != "" {
			needed[name] = true
		}
		return false
	}
	for fn := range iface.Methods() {
		shape.Contains(fn.Signature(), note)
	}
	for p := range shape.TypeParamsOf(w.Iface).TypeParams() {
		shape.Contains(p.Constraint(), note)
	}
	for _, m := range w.Methods {
		needed[m.Converts()] = true
	}
	for name := range needed {
		if pos, ok := r.declared[name]; ok {
			r.Report(pos, "rename it", "generated code for "+w.decl.name()+" needs the predeclared "+name+", which this package declares anew")
		}
	}
}
