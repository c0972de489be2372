package render

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// imports are the packages of one generated file, and what the file calls them.
// Jennifer is given every reference with its qualifier, and so never has to guess
// the name of a package.
type imports struct {
	given   map[string]string // by path, what the file calls it
	own     map[string]string // by path, the name in the package clause
	taken   model.Scope       // package-level names, and those given to packages
	aliases map[string]string // by path, what the user's file calls it
	hidden  model.Scope       // names that local variables of sorters hide
}

func newImports(pkg *model.Package, aliases map[string]string) *imports {
	return &imports{
		given: make(map[string]string), own: make(map[string]string),
		taken: maps.Clone(pkg.Names), aliases: aliases, hidden: make(model.Scope),
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
		if model.Importable(name) && !im.hidden[name] {
			candidates = append(candidates, name)
		}
	}
	name := im.taken.Take(candidates...)
	im.given[pkgPath], im.own[pkgPath] = name, ownName
	return name
}

// qual refers to a name of a package by its path.
func (im *imports) qual(pkgPath, ownName, name string) *jen.Statement {
	return jen.Id(im.add(pkgPath, ownName)).Dot(name)
}

// retry refers to a name of the runtime.
func (im *imports) retry(name string) *jen.Statement {
	return im.qual(model.RuntimePath, model.RuntimeName, name)
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
