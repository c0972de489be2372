package load

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"maps"
	"os"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"
)

// A dependency is a package from elsewhere that is read from its source.
type dependency struct {
	meta    *packages.Package
	files   []*ast.File
	imports map[string]*dependency // by the path in the source, of those that its types need
	types   *types.Package
	checked chan struct{} // closed when types is whole; nil before the package is looked at for its order
	placed  bool          // it has its place in the order
}

// importSources reads the types of packages from their sources, and from those of
// what they need for it: the way to go where nothing is compiled yet.
func (l *loader) importSources(paths []string) {
	roots, _ := packages.Load(l.config(packages.NeedImports|packages.NeedDeps), paths...) // what is missing is noticed where it is used
	known := make(map[*packages.Package]*dependency)
	var order []*dependency
	for _, d := range l.readDependencies(known, roots) {
		order = inOrder(order, d)
	}
	Parallel(len(order), func(i int) { l.checkDependency(order[i]) })
	for _, d := range order {
		l.imported[d.meta.PkgPath] = d.types
		if own := l.sources[d.meta.PkgPath]; own != nil && !slices.Contains(l.roots, own) {
			own.types, own.done = d.types, true // a package from elsewhere imports it, and there must not be two
		}
	}
}

// readDependencies parses packages, and what their types need, and returns the
// former.
func (l *loader) readDependencies(known map[*packages.Package]*dependency, list []*packages.Package) []*dependency {
	add := func(meta *packages.Package) *dependency {
		known[meta] = &dependency{meta: meta, imports: make(map[string]*dependency)}
		return known[meta]
	}
	var roots []*dependency
	for _, meta := range list {
		roots = append(roots, add(meta))
	}
	for unread := roots; len(unread) > 0; {
		wanted := make([][]string, len(unread))
		Parallel(len(unread), func(i int) { wanted[i] = l.readDependency(unread[i]) })
		var more []*dependency
		for i, d := range unread {
			for _, path := range wanted[i] {
				meta := d.meta.Imports[path]
				if known[meta] == nil {
					more = append(more, add(meta))
				}
				d.imports[path] = known[meta]
			}
		}
		unread = more
	}
	return roots
}

// readDependency parses the files of a package without the bodies of functions,
// and returns what it must import nevertheless.
func (l *loader) readDependency(d *dependency) (imports []string) {
	for _, path := range d.meta.GoFiles {
		content, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		file, _ := parser.ParseFile(l.Fset, path, dropBodies(content), parser.SkipObjectResolution)
		if file == nil {
			continue
		}
		d.files = append(d.files, file)
		used := qualifiers(file)
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			meta := d.meta.Imports[path]
			if err != nil || meta == nil || path == "unsafe" {
				continue
			}
			name := meta.Name
			if spec.Name != nil {
				name = spec.Name.Name
			}
			if used[name] || name == "." {
				imports = append(imports, path)
			}
		}
	}
	return imports
}

// qualifiers returns the names before a dot in a file, which may be packages.
func qualifiers(file *ast.File) map[string]bool {
	names := make(map[string]bool)
	for _, decl := range file.Decls {
		ast.Inspect(decl, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok {
					names[x.Name] = true
				}
			}
			return true
		})
	}
	return names
}

// inOrder appends to a list a package that is not in it, after what it imports.
// An import that closes a circle, which does not compile anyway, is left out.
func inOrder(list []*dependency, d *dependency) []*dependency {
	if d.checked != nil {
		return list
	}
	d.checked = make(chan struct{})
	for _, path := range slices.Sorted(maps.Keys(d.imports)) {
		imported := d.imports[path]
		list = inOrder(list, imported)
		if !imported.placed {
			delete(d.imports, path)
		}
	}
	d.placed = true
	return append(list, d)
}

// checkDependency makes the types of a package, when those are there that it
// imports. What is wrong in it is not for the user to mend.
func (l *loader) checkDependency(d *dependency) {
	defer close(d.checked)
	d.types = types.NewPackage(d.meta.PkgPath, d.meta.Name)
	config := types.Config{
		Importer: Importer(func(path string) (*types.Package, error) {
			imported := d.imports[path]
			if path == "unsafe" {
				return types.Unsafe, nil
			}
			if imported == nil {
				return nil, fmt.Errorf("could not import %s", path)
			}
			<-imported.checked
			return imported.types, nil
		}),
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Sizes:            types.SizesFor("gc", l.arch()),
		Error:            func(error) {},
	}
	if m := d.meta.Module; m != nil && m.GoVersion != "" {
		config.GoVersion = "go" + m.GoVersion
	}
	_ = types.NewChecker(&config, l.Fset, d.types, nil).Files(d.files)
	d.types.MarkComplete()
}
