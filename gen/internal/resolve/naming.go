package resolve

import (
	"cmp"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// CheckPath refuses an output file that belongs to another wrapper, or that retrygen did
// not write.
func (r *Resolver) CheckPath(w *Draft, byPath map[string]*Draft) {
	_, pos := directive.WrapFile(w.decl)
	key := strings.ToLower(w.Path) // the same file on file systems that ignore case
	if other := byPath[key]; other != nil {
		r.Report(pos, "give one of them another file with "+model.Prefix+"wrap file=NAME",
			"the wrappers of "+other.decl.Name()+" and "+w.decl.Name()+" would both be in "+filepath.Base(w.Path))
		return
	}
	byPath[key] = w
	content, err := os.ReadFile(w.Path)
	switch {
	case err != nil:
	case !model.IsOutput(content):
		r.Report(pos, "rename it, or give the wrapper another file with "+model.Prefix+"wrap file=NAME",
			filepath.Base(w.Path)+" exists and was not written by retrygen")
	case !slices.Contains(r.Pkg.Outputs, w.Path) && model.BuiltFor(content) != w.Build:
		r.Report(pos, "give one of them another file with "+model.Prefix+"wrap file=NAME, or remove it if nothing generates it any more",
			filepath.Base(w.Path)+" is a wrapper for another build: "+cmp.Or(model.BuiltFor(content), "any"))
	}
}

// names chooses the names of the wrapper and its file, and refuses names that are taken.
func (r *Resolver) names(w *Draft) {
	w.Build = buildConstraint(w.decl.File)
	r.structName(w)
	r.fileName(w)
}

// structName chooses the wrapper's name. CheckNames compares it with other wrappers later.
func (r *Resolver) structName(w *Draft) {
	var pos token.Pos
	w.Name, pos = directive.WrapName(w.decl)
	if why := directive.Unfit(w.Name, r.Pkg.Name); why != "" {
		r.Report(pos, "", why)
		return
	}
	for _, name := range []string{w.Name, model.ConstructorName(w.Name)} {
		if why := r.takenBy(w, name); why != "" {
			r.Report(pos, "give the wrapper another name with "+model.Prefix+"wrap name=NAME", name+" is "+why)
			return
		}
	}
}

// takenBy says what else has the name at package level, or returns "".
func (r *Resolver) takenBy(w *Draft, name string) string {
	if pos, ok := r.Declared[name]; ok {
		return "already declared at " + filepath.Base(r.Pkg.Fset.Position(pos).String())
	}
	for p := range shape.TypeParamsOf(w.Iface).TypeParams() {
		if p.Obj().Name() == name {
			return "a type parameter of " + w.decl.Name()
		}
	}
	for _, file := range r.Pkg.Files {
		if r.Pkg.Scope(file).Lookup(name) != nil {
			return "imported by " + filepath.Base(file.Path)
		}
	}
	return ""
}

// CheckNames refuses a wrapper that would declare the same name as another one.
func (r *Resolver) CheckNames(w *Draft, byName map[string]*Draft) {
	for _, name := range []string{w.Name, model.ConstructorName(w.Name)} {
		other := byName[name]
		if other == nil {
			byName[name] = w
			continue
		}
		pos := w.decl.Spec.Name.Pos()
		for _, d := range []*directive.Declaration{other.decl, w.decl} {
			if _, at, ok := directive.WrapValue(d, "name"); ok {
				pos = at
			}
		}
		r.Report(pos, "give one of them another name with "+model.Prefix+"wrap name=NAME",
			"the wrappers of "+other.decl.Name()+" and "+w.decl.Name()+" would both declare "+name)
		return
	}
}

// fileName chooses the wrapper's file.
func (r *Resolver) fileName(w *Draft) {
	file, pos := directive.WrapFile(w.decl)
	switch {
	case filepath.Base(file) != file || strings.ContainsAny(file, `/\`) || !strings.HasSuffix(file, ".go"):
		r.Report(pos, "", strconv.Quote(file)+" is not the name of a Go file in the folder of the interface")
	case strings.HasPrefix(file, ".") || strings.HasPrefix(file, "_"):
		r.Report(pos, "", "the go command ignores "+strconv.Quote(file)+", because its name begins with "+strconv.Quote(file[:1]))
	case !slices.Equal(namedConstraint(file), namedConstraint(filepath.Base(w.decl.File.Path))) && namedConstraint(file) != nil:
		r.Report(pos, "", "the name of "+file+" means that it is only built for "+strings.Join(namedConstraint(file), " and "))
	case strings.HasSuffix(file, "_test.go") != w.decl.File.InTest():
		r.Report(pos, "the wrapper of an interface in a test file goes into a test file, and no other does",
			"a wrapper of "+w.decl.Name()+" cannot be in "+file)
	}
	w.Path = filepath.Join(filepath.Dir(w.decl.File.Path), file)
}

// checkPredeclared refuses a package that redeclares a predeclared name that the generated
// code needs.
func (r *Resolver) checkPredeclared(w *Draft, iface *types.Interface) {
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
		for _, s := range m.Sorters {
			for _, row := range s.Rows() {
				for _, name := range row.Predeclared {
					needed[name] = true
				}
			}
		}
	}
	for name := range needed {
		if pos, ok := r.Declared[name]; ok {
			r.Report(pos, "rename it", "generated code for "+w.decl.Name()+" needs the predeclared "+name+", but this package redeclares it")
		}
	}
}
