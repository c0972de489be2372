package gen

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// runtimePath is the package that generated code calls, always as retry, and
// requestPath what it needs for methods that take their context from an
// *http.Request.
const (
	runtimePath = "github.com/retrygen/retrygen/runtime"
	runtimeName = "retry"
	requestPath = "github.com/retrygen/retrygen/httpretry"
	policyPath  = "github.com/retrygen/retrygen/policy"
	backoffPath = "github.com/retrygen/retrygen/backoff"
)

// imports are the packages of one generated file, and what the file calls them.
// Jennifer is given every reference with its qualifier, and so never has to guess
// the name of a package.
type imports struct {
	given   map[string]string // by path, what the file calls it
	own     map[string]string // by path, the name in the package clause
	taken   scope             // package-level names, and those given to packages
	aliases map[string]string // by path, what the user's file calls it
}

func newImports(pkg *basicPackage, aliases map[string]string) *imports {
	return &imports{
		given: make(map[string]string), own: make(map[string]string),
		taken: maps.Clone(pkg.names), aliases: aliases,
	}
}

// add makes sure of an import, and returns what the file calls the package: as
// the user's file does, or by its own name, unless that is taken.
func (im *imports) add(pkgPath, ownName string) string {
	if name, ok := im.given[pkgPath]; ok {
		return name
	}
	var candidates []string
	for _, name := range []string{im.aliases[pkgPath], ownName, ownName + "pkg"} {
		if importable(name) {
			candidates = append(candidates, name)
		}
	}
	name := im.taken.take(candidates...)
	im.given[pkgPath], im.own[pkgPath] = name, ownName
	return name
}

// qual refers to a name of a package by its path.
func (im *imports) qual(pkgPath, ownName, name string) *jen.Statement {
	return jen.Id(im.add(pkgPath, ownName)).Dot(name)
}

// retry refers to a name of the runtime.
func (im *imports) retry(name string) *jen.Statement {
	return im.qual(runtimePath, runtimeName, name)
}

// declaration is the import declaration: the standard library first, then the
// rest, by path. The name is written where the path does not tell it.
func (im *imports) declaration() string {
	var standard, others []string
	for _, p := range slices.Sorted(maps.Keys(im.given)) {
		spec := "\t" + strconv.Quote(p) + "\n"
		if name := im.given[p]; name != im.own[p] || name != path.Base(p) {
			spec = "\t" + name + " " + strconv.Quote(p) + "\n"
		}
		if first, _, _ := strings.Cut(p, "/"); strings.Contains(first, ".") {
			others = append(others, spec)
		} else {
			standard = append(standard, spec)
		}
	}
	groups := []string{strings.Join(standard, ""), strings.Join(others, "")}
	groups = slices.DeleteFunc(groups, func(g string) bool { return g == "" })
	return "import (\n" + strings.Join(groups, "\n") + ")\n"
}
