package resolve

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/libraries"
)

// sorters decides which libraries' errors the methods of a wrapper know: those that a
// signature of the interface shows, and those that a directive names.
func (r *Resolver) sorters(w *Draft) {
	known := &sorterSet{Resolver: r}
	var shown []*model.Sorter
	for _, m := range w.Methods {
		d := libraryOf(m)
		if d != nil && d.Off {
			continue
		}
		var named []*model.Sorter
		if d != nil {
			named = known.namedBy(d) // which reports mistakes even where nothing acts
		}
		if !m.Acts {
			continue
		}
		if shown == nil {
			shown = known.shownBy(w)
		}
		m.Sorters = slices.Clone(shown)
		for _, s := range named {
			if !slices.Contains(m.Sorters, s) {
				m.Sorters = append(m.Sorters, s)
			}
		}
		slices.SortStableFunc(m.Sorters, func(a, b *model.Sorter) int { return cmp.Compare(rank(a), rank(b)) })
		if len(shown) > 0 {
			m.Decide(model.Decision{Shown: shown})
		}
	}
}

// libraryOf returns the library directive that is in force for a method, or nil.
func libraryOf(m *model.Method) *model.Directive {
	for _, d := range m.Decisions {
		if d.By != nil && d.Concern() == grammar.ConcernLibrary && d.Skipped == "" {
			return d.By
		}
	}
	return nil
}

// rank returns the place of a sorter in the table, in which the libraries are asked about an
// error.
func rank(s *model.Sorter) int {
	rank := 0
	for library := range libraries.All() {
		for _, k := range library.Kinds {
			if rank++; k == s.Kind {
				return rank
			}
		}
	}
	return rank
}

// A sorterSet makes each sorter of a wrapper once.
type sorterSet struct {
	*Resolver
	made   []*model.Sorter
	failed map[*libraries.Kind]bool // reported
	named  map[*model.Directive][]*model.Sorter
}

// shownBy returns the libraries that the signatures of an interface show. It does not
// matter which method shows a library: one client calls one server.
func (set *sorterSet) shownBy(w *Draft) []*model.Sorter {
	list := []*model.Sorter{}
	for _, m := range w.Methods {
		shape.Mentions(m.Sig, func(obj *types.TypeName) {
			if obj.Pkg() == nil {
				return
			}
			for library := range libraries.All() {
				for _, k := range library.Kinds {
					major, ok := k.Shows(obj.Pkg().Path(), obj.Name())
					if !ok {
						continue
					}
					off := "write " + model.Prefix + "library off if its errors need not be known"
					if s := set.sorter(library, k, major, m.Pos, off); s != nil && !slices.Contains(list, s) {
						list = append(list, s)
					}
				}
			}
		})
	}
	return list
}

// namedBy returns the libraries that a directive names.
func (set *sorterSet) namedBy(d *model.Directive) []*model.Sorter {
	if list, ok := set.named[d]; ok {
		return list
	}
	var list []*model.Sorter
	for _, word := range d.Words {
		library := libraries.Lookup(word.Text)
		if library == nil {
			set.Report(d.At(word.Offset), libraryHint(word.Text), "retrygen does not know the library "+strconv.Quote(word.Text))
			continue
		}
		found := set.required(library)
		if len(found) == 0 {
			k := library.Kinds[0]
			set.Report(d.At(word.Offset), "go get "+k.Module+k.Major, "the module requires no module that provides "+library.Name)
		}
		for _, have := range found {
			if s := set.sorter(library, have.kind, have.major, d.At(word.Offset), ""); s != nil {
				list = append(list, s)
			}
		}
	}
	if set.named == nil {
		set.named = make(map[*model.Directive][]*model.Sorter)
	}
	set.named[d] = list
	return list
}

// libraryHint says which library a word that is no library's may mean.
func libraryHint(word string) string {
	said := make(map[string]string)
	for library := range libraries.All() {
		said[strings.ToLower(library.Name)] = library.Word
		said[library.Word] = library.Word
	}
	if near := grammar.Suggest(strings.ToLower(word), slices.Sorted(maps.Keys(said))); near != "" {
		return "did you mean " + strconv.Quote(said[near]) + "?"
	}
	return "known are " + strings.Join(libraries.Words(), ", ")
}

// A kindOf is a package of a library, in a major version.
type kindOf struct {
	kind  *libraries.Kind
	major string
}

// required returns the packages of a library that the user's module requires, of each the
// highest major version.
func (set *sorterSet) required(library *libraries.Library) []kindOf {
	var list []kindOf
	for _, k := range library.Kinds {
		best, found := "", k.Module == ""
		for path := range set.Pkg.Requires() {
			major, below, ok := k.Contains(path)
			if ok && below == "" && (!found || semver.Compare(strings.TrimPrefix(major, "/"), strings.TrimPrefix(best, "/")) > 0) {
				best, found = major, true
			}
		}
		if found {
			list = append(list, kindOf{k, best})
		}
	}
	return list
}

// sorter returns the sorter of a library. It reports why the wrapper cannot have it, once,
// and returns nil then.
func (set *sorterSet) sorter(library *libraries.Library, k *libraries.Kind, major string, pos token.Pos, hint string) *model.Sorter {
	for _, s := range set.made {
		if s.Kind == k && s.Major == major {
			return s
		}
	}
	if set.failed[k] {
		return nil
	}
	s := &model.Sorter{Library: library, Kind: k, Major: major, Names: make(map[string]string)}
	if why, fix := set.unfit(s); why != "" {
		if set.failed == nil {
			set.failed = make(map[*libraries.Kind]bool)
		}
		set.failed[k] = true
		set.Report(pos, strings.Join(slices.DeleteFunc([]string{fix, hint}, func(s string) bool { return s == "" }), ", or "), why)
		return nil
	}
	set.made = append(set.made, s)
	return s
}

// unfit says why the code of a sorter would not compile or be right, and what helps. It
// fills in the names of the packages.
func (set *sorterSet) unfit(s *model.Sorter) (why, fix string) {
	k := s.Kind
	version := set.Pkg.Requires()[k.Module+s.Major]
	if k.Oldest != "" && s.Major == k.Major && semver.IsValid(version) && semver.Compare(version, k.Oldest) < 0 {
		return fmt.Sprintf("the errors of %s are only sorted right from %s on, and the module requires %s: %s", s.Library.Name, k.Oldest, version, k.Why),
			"go get " + k.Module + s.Major + "@" + k.Oldest
	}
	for _, i := range s.Imports() {
		path := s.Path(i)
		if path == model.RuntimePath || path == model.RequestPath {
			s.Names[path] = i.Name
			continue
		}
		provided := set.Pkg.Provide(path)
		if provided == nil {
			return fmt.Sprintf("code that sorts the errors of %s needs package %s, which the module cannot import", s.Library.Name, path),
				set.Pkg.HowToProvide(path)
		}
		for _, name := range i.Names {
			if provided.Scope().Lookup(name) == nil {
				return fmt.Sprintf("code that sorts the errors of %s needs %s.%s, which this version of %s does not have", s.Library.Name, provided.Name(), name, path),
					"go get " + k.Module + s.Major + "@latest"
			}
		}
		s.Names[path] = provided.Name()
	}
	return "", ""
}
