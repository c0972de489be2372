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
	imports map[string]*dependency // the imports that its types need, by the path in the source
	types   *types.Package
	checked chan struct{} // closed when types is complete; nil before the package has been visited
	placed  bool          // it is in the order
}

// importSources reads the types of packages from their sources, and from the sources of
// what they import. It is for packages that are not compiled yet.
func (l *loader) importSources(paths []string) {
	roots, _ := packages.Load(l.config(packages.NeedImports|packages.NeedDeps), paths...) // importFor reports what is missing
	known := make(map[*packages.Package]*dependency)
	var order []*dependency
	for _, d := range l.readDependencies(known, roots) {
		order = inOrder(order, d)
	}
	Parallel(len(order), func(i int) { l.checkDependency(order[i]) })
	for _, d := range order {
		l.imported[d.meta.PkgPath] = d.types
		if own := l.sources[d.meta.PkgPath]; own != nil && !slices.Contains(l.roots, own) {
			own.types, own.done = d.types, true // a package from elsewhere imports it, and there must be only one
		}
	}
}

// readDependencies parses packages and what their types need, and returns the packages.
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

// readDependency parses the files of a package without function bodies, and returns the
// imports that it still needs.
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

// qualifiers returns the names before a dot in a file, which can be packages.
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

// inOrder appends a package to a list, after the packages that it imports, unless it is
// already there. It skips imports that form a cycle, which do not compile anyway.
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

// checkDependency type-checks a package after its imports. It ignores errors, because the
// user cannot fix them.
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
