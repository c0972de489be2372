package review

import (
	"go/types"
	"path"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/libraries"
)

func (s *subject) noLibrary() []finding {
	if s.m.Classify != nil || s.m.ErrorIn != nil || s.m.On != nil || !s.m.GoesByClass() || s.libraryOff() {
		return nil
	}
	shown := make(map[*types.Package]bool)
	shape.Mentions(s.m.Sig, func(obj *types.TypeName) { shown[obj.Pkg()] = true })
	var list []finding
	for _, pkg := range s.w.Pkg.Types.Imports() {
		if shown[pkg] && s.isUnknown(pkg) {
			list = append(list, finding{s.atMethod(), unknownLibrary(pkg), classify, ""})
		}
	}
	if len(s.m.Sorters) == 0 && list == nil {
		list = s.hiddenLibraries()
	}
	return list
}

// classify is what to write for a library that retrygen does not know.
var classify = directive("classify FUNC") + " with a func that knows them, or " + directive("not NAME") + " with those that are answers."

func unknownLibrary(pkg *types.Package) string {
	return "retrygen does not know the errors of " + pkg.Path() + ". Those that do not say their class themselves are all retried and counted as failures, such as one that says that nothing was found."
}

// libraryOff reports whether a directive says that no library needs to be known.
func (s *subject) libraryOff() bool {
	return slices.ContainsFunc(s.m.Decisions, func(d model.Decision) bool {
		return d.Concern() == grammar.ConcernLibrary && d.By != nil && d.By.Off
	})
}

// hiddenLibraries finds libraries that the package of the interface imports, where no
// signature of its interfaces shows one.
func (s *subject) hiddenLibraries() []finding {
	for _, w := range s.all {
		for _, m := range w.Methods {
			if w.Pkg == s.w.Pkg && len(m.Sorters) > 0 {
				return nil // the import is for that one
			}
		}
	}
	var list []finding
	pos := s.w.Pkg.Fset.Position(s.w.Pos)
	for _, pkg := range s.w.Pkg.Types.Imports() {
		library := covering(pkg.Path())
		switch {
		case library != nil:
			list = append(list, finding{pos, "The package imports " + pkg.Path() + ", whose errors retrygen knows, but no signature shows that.",
				directive("library %s", library.Word) + " if this interface is about it, and otherwise " + directive("library off") + ".", ""})
		case s.isUnknown(pkg):
			list = append(list, finding{pos, unknownLibrary(pkg), classify, ""})
		}
	}
	return list
}

// isUnknown reports whether a package is a client of another module that no row is about.
// What generated code imports is none.
func (s *subject) isUnknown(pkg *types.Package) bool {
	own := path.Dir(model.RuntimePath) + "/"
	return !strings.HasPrefix(pkg.Path(), own) && s.foreign(pkg.Path()) && !covers(pkg.Path()) && isClient(pkg)
}

// covering returns the library whose code sorts the errors of a package, or nil.
func covering(path string) *libraries.Library {
	for library := range libraries.All() {
		for _, k := range library.Kinds {
			if _, _, ok := k.Contains(path); ok && k.Module != "" && k.Code() != nil {
				return library
			}
		}
	}
	return nil
}

// foreign reports whether a package is in another module than the interface, which requires
// it.
func (s *subject) foreign(path string) bool {
	for _, pkg := range s.packages {
		if pkg.Package.Path == s.w.Pkg.Path {
			module := pkg.moduleOf(path)
			return module != "" && module != pkg.moduleOf(pkg.Package.Path)
		}
	}
	return false
}

// moduleOf returns the required module that has a package, or "".
func (p *Package) moduleOf(path string) string {
	found := ""
	for module := range p.Requires {
		if (path == module || strings.HasPrefix(path, module+"/")) && len(module) > len(found) {
			found = module
		}
	}
	return found
}

// covers reports whether a row of the table of libraries is about a package.
func covers(path string) bool {
	for library := range libraries.All() {
		for _, k := range library.Kinds {
			if _, _, ok := k.Contains(path); ok && k.Module != "" {
				return true
			}
		}
	}
	return false
}

// isClient reports whether a package looks like a client: it declares an error, and a method
// that takes a context and can fail.
func isClient(pkg *types.Package) bool {
	errors, calls := false, false
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Var:
			errors = errors || shape.IsError(obj.Type())
		case *types.TypeName:
			errors = errors || shape.IsError(obj.Type()) || shape.IsError(types.NewPointer(obj.Type()))
			calls = calls || hasCall(obj.Type())
		}
	}
	return errors && calls
}

func hasCall(t types.Type) bool {
	if !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	methods := types.NewMethodSet(t)
	for m := range methods.Methods() {
		sig, ok := m.Obj().Type().(*types.Signature)
		if !ok || !m.Obj().Exported() {
			continue
		}
		if carrier, _ := shape.CarrierOf(sig); carrier == shape.ContextParam && shape.Fails(sig) {
			return true
		}
	}
	return false
}
