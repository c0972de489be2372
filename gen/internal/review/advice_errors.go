package review

import (
	"go/types"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/libraries"
)

// This file has the rules about errors: names that say nothing new, and libraries that nobody
// knows.

func (s *subject) redundantName() []finding {
	if s.m.Classify != nil {
		return nil // it may sort an error differently
	}
	var list []finding
	for _, d := range s.m.Decisions {
		if d.By == nil || d.Skipped != "" {
			continue
		}
		var matchers []model.Matcher
		switch d.Concern() {
		case grammar.ConcernOn:
			matchers = s.m.On
		case grammar.ConcernNot:
			matchers = s.m.Not
		}
		for i, m := range matchers {
			if why := s.redundant(d.Concern(), m); why != "" {
				pos := s.w.Pkg.Fset.Position(d.By.Said())
				if d.By.Use == nil && i < len(d.By.Words) {
					pos = s.w.Pkg.Fset.Position(d.By.At(d.By.Words[i].Offset))
				}
				list = append(list, finding{pos: pos, write: "Leave out " + code(m.Word) + ".", reason: why})
			}
		}
	}
	return list
}

// redundant says why a name of on or not says nothing new, or returns "".
func (s *subject) redundant(concern grammar.Concern, m model.Matcher) string {
	covered := func(classes []string) string {
		for _, other := range s.m.On {
			if other.Kind != model.MatchClass || other.Word == m.Word {
				continue
			}
			if !slices.ContainsFunc(classes, func(class string) bool { return !explain.Covers(other.Word, class) }) {
				return other.Word
			}
		}
		return ""
	}
	if m.Kind == model.MatchClass {
		if concern == grammar.ConcernOn && m.Word == "unsent" {
			if word := covered([]string{"Unsent"}); word != "" {
				return code(word) + " matches what " + code("unsent") + " does."
			}
		}
		return ""
	}
	library, classes := s.classesOf(m)
	if len(classes) == 0 {
		return ""
	}
	if concern == grammar.ConcernOn {
		if word := covered(classes); word != "" {
			return code(m.Word) + " of " + library + " is " + libraries.MeaningOf(classes[0]).Noun + ", so " + code(word) + " matches it."
		}
		return ""
	}
	byClass := !slices.ContainsFunc(classes, func(class string) bool { return class != "Answer" }) &&
		!slices.ContainsFunc(s.m.On, func(on model.Matcher) bool { return on.Kind != model.MatchClass })
	if !byClass {
		return ""
	}
	return code(m.Word) + " of " + library + " is an answer anyway: it is not retried, and the breaker counts a success."
}

// classesOf returns the classes that a library gives the error that a matcher names. There are
// none if no library of the method declares it, or if a part of its cases is not known.
func (s *subject) classesOf(m model.Matcher) (library string, classes []string) {
	if m.Kind != model.MatchValue && m.Kind != model.MatchCode || m.Obj == nil || m.Obj.Pkg() == nil {
		return "", nil
	}
	var known []*libraries.Kind
	for _, sorter := range s.m.Sorters {
		if _, _, ok := sorter.Kind.Contains(m.Obj.Pkg().Path()); ok && m.Obj.Pkg() != s.w.Pkg.Types {
			known = append(known, sorter.Kind)
		}
	}
	if known == nil {
		return "", nil
	}
	found := libraries.Find(m.Word, known, s.m.Waits)
	if found.Library == nil || found.ByRest {
		return "", nil
	}
	for _, c := range found.Cases {
		if !slices.Contains(c.Names, m.Word) && !c.Matches(m.Word) || c.Class == libraries.ByStatus {
			return "", nil
		}
		classes = append(classes, c.Class)
	}
	return found.Library.Name, classes
}

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
func (s *subject) isUnknown(pkg *types.Package) bool {
	return s.foreign(pkg.Path()) && !covers(pkg.Path()) && isClient(pkg)
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
