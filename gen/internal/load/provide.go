package load

import (
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/retrygen/retrygen/internal/libraries"
)

// A provider answers questions about packages and modules that the package of the patterns
// may not import. A package that Load has not made has none, and knows nothing else.
type provider struct {
	provide      func(path string) *types.Package
	howToProvide func(path string) string
	requires     func() map[string]string
}

// Provide returns a package that code of the package can import, whether or not the package
// imports it already. It returns nil if the build has no such package.
func (p *Package) Provide(path string) *types.Package {
	if p.provider == nil {
		return nil
	}
	return p.provider.provide(path)
}

// HowToProvide says what makes a package importable that Provide does not find.
func (p *Package) HowToProvide(path string) string {
	if p.provider == nil {
		return ""
	}
	return p.provider.howToProvide(path)
}

// Requires returns the modules that the package's module requires, with their versions. The
// version of a module that a replace directive names is empty.
func (p *Package) Requires() map[string]string {
	if p.provider == nil {
		return nil
	}
	return p.provider.requires()
}

// provide finds the types of a package after the packages of the patterns are checked. Only
// its own names count, so it does not matter that types of its imports may exist twice.
func (l *loader) provide(path string) *types.Package {
	if p, ok := l.provided[path]; ok {
		return p
	}
	before := maps.Clone(l.imported)
	p := l.provideAnew(path)
	l.imported = before
	l.provided[path] = p
	return p
}

func (l *loader) howToProvide(path string) string {
	if strings.Contains(l.exports.failed[path], "-mod=vendor") {
		return "import _ " + strconv.Quote(path) + " in a file of the module, and run go mod vendor"
	}
	return "go get " + path
}

func (l *loader) provideAnew(path string) *types.Package {
	complete := func() *types.Package {
		if p := l.imported[path]; p != nil && p.Complete() && p.Name() != "" {
			return p
		}
		return nil
	}
	if p := complete(); p != nil {
		return p
	}
	files, cached := l.exportFiles([]string{path})
	switch {
	case !cached:
		l.importSources([]string{path})
	case files[path] == "":
		return nil
	default:
		if err := l.readExport(path, files[path]); err != nil {
			return nil
		}
	}
	return complete()
}

// requires reads the requirements of a source's module.
func (l *loader) requires(s *source) map[string]string {
	required := make(map[string]string)
	if s.meta.Module == nil || s.meta.Module.GoMod == "" {
		return required
	}
	content, err := os.ReadFile(s.meta.Module.GoMod)
	if err != nil {
		return required
	}
	file, err := modfile.ParseLax(filepath.Base(s.meta.Module.GoMod), content, nil)
	if err != nil {
		return required // the go command has reported it
	}
	required[s.meta.Module.Path] = ""
	for _, r := range file.Require {
		required[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range file.Replace {
		if _, ok := required[r.Old.Path]; ok {
			required[r.Old.Path] = ""
		}
	}
	return required
}

// alsoNeeded returns the packages that generated code will probably import because a file
// imports a package of a library. It is part of the guess of foresight.
func alsoNeeded(path string) []string {
	var paths []string
	for library := range libraries.All() {
		for _, k := range library.Kinds {
			major, _, ok := k.Contains(path)
			if !ok || k.Module == "" || k.Code() == nil {
				continue
			}
			for _, i := range k.Code().Imports {
				paths = append(paths, k.Path(i, major))
			}
		}
	}
	return paths
}
