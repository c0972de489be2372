package adopt

import (
	"go/types"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/libraries"
)

// drivers are the words of libraries that no signature shows, because database/sql hides them.
var drivers = []string{"mysql", "sqlite"}

// chooseLibrary names the library whose errors the client returns if no signature shows it,
// and says what the client does by itself.
func (all *choices) chooseLibrary(pkg *load.Package, c *client, methods []*types.Func) {
	shown := shownBy(methods)
	for _, s := range shown {
		if s.Switch != "" && repeatsItself(s, methods) {
			all.switchOff = strings.ReplaceAll(s.Switch, "`", "")
			all.say("", model.UpperFirst(all.switchOff)+". Then say so here with allow double-retry and the place.")
		}
	}
	named := ""
	switch path := c.obj.Pkg().Path(); {
	case path == "database/sql":
		named = onlyDriver(pkg.Requires())
	case len(shown) > 0:
	case strings.HasPrefix(path, "cloud.google.com/go/storage"), strings.HasPrefix(path, "cloud.google.com/go/bigquery"):
		named = "google" // these two speak HTTP, and the others gRPC
	case strings.HasPrefix(path, "cloud.google.com/go/"):
		named = "grpc"
	default:
		named = wordOf(path)
	}
	library := libraries.Lookup(named)
	first, _, _ := strings.Cut(c.obj.Pkg().Path(), "/")
	switch {
	case library != nil && requires(pkg.Requires(), library):
		all.say("library "+named, "No signature shows that the errors are those of "+library.Name+", so a directive says it.")
	case len(shown) == 0 && strings.Contains(first, ".") && c.obj.Pkg().Path() != pkg.Path:
		all.unknown = c.obj.Pkg().Path()
		all.say("", "retrygen does not know the errors of "+all.unknown+". Name those that are answers, such as one for something that is not there, with not NAME, or sort them with classify FUNC.")
	}
}

// wordOf returns the word of the library that has a package and code for its errors, or "".
func wordOf(path string) string {
	for library := range libraries.All() {
		for _, k := range library.Kinds {
			if _, _, ok := k.Contains(path); ok && k.Module != "" && k.Code() != nil {
				return library.Word
			}
		}
	}
	return ""
}

// shownBy returns the libraries that the signatures of methods show.
func shownBy(methods []*types.Func) []*libraries.Library {
	var list []*libraries.Library
	for library := range libraries.All() {
		found := false
		for _, fn := range methods {
			for _, k := range library.Kinds {
				shape.Mentions(fn.Signature(), func(obj *types.TypeName) {
					if obj.Pkg() != nil {
						_, ok := k.Shows(obj.Pkg().Path(), obj.Name())
						found = found || ok
					}
				})
			}
		}
		if found {
			list = append(list, library)
		}
	}
	return list
}

// repeatsItself reports whether the client repeats calls of one of the methods by itself.
func repeatsItself(library *libraries.Library, methods []*types.Func) bool {
	for _, fn := range methods {
		mentions := func(yield func(pkgPath, name string)) {
			shape.Mentions(fn.Signature(), func(obj *types.TypeName) {
				if obj.Pkg() != nil {
					yield(obj.Pkg().Path(), obj.Name())
				}
			})
		}
		for _, k := range library.Kinds {
			if k.RetriesOf(fn.Name(), mentions) != nil {
				return true
			}
		}
	}
	return false
}

// onlyDriver returns the word of the driver that a module requires, if there is only one.
func onlyDriver(required map[string]string) string {
	only := ""
	for _, word := range drivers {
		if !requires(required, libraries.Lookup(word)) {
			continue
		}
		if only != "" {
			return ""
		}
		only = word
	}
	return only
}

// requires reports whether a module requires one that provides a library.
func requires(required map[string]string, library *libraries.Library) bool {
	for path := range required {
		for _, k := range library.Kinds {
			if _, below, ok := k.Contains(path); ok && below == "" && k.Module != "" {
				return true
			}
		}
	}
	return false
}
