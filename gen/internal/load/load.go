// Package load loads and type-checks packages, without compiling any of them.
//
// It takes patterns and a callback for stand-ins, which declare the wrappers that do not
// exist yet. It returns type-checked packages, and errors about packages that it could not
// load. It knows that files can have directives, but does not read them.
package load

import (
	"context"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A Package is a package of the patterns. Files, Types and Info are set only if a file
// mentions a directive.
type Package struct {
	model.Package
	Dir        string
	Files      []*File  // the user's files, without outputs, in name order
	Outputs    []string // paths of the outputs
	Info       *types.Info
	Errors     []types.Error // in the user's files, except in function bodies
	Unimported diag.Errors   // imports that failed
	Causes     diag.Errors   // why types may be unknown

	RequiresRuntime bool // the package can import the runtime

	provider *provider
}

// A File is a file that the user wrote.
type File struct {
	Path    string
	Syntax  *ast.File
	Checked *ast.File // Syntax with the stand-ins for wrappers
}

// Scope returns the scope of a file.
func (p *Package) Scope(file *File) *types.Scope { return p.Info.Scopes[file.Checked] }

// A loader loads the packages of one run in these steps:
//
//  1. the metadata of the patterns, without types;
//  2. the sources of these packages, and of what they import from the user's modules;
//  3. the types of imports from elsewhere, which the go command has been looking for in
//     the meantime;
//  4. the types of the sources, without function bodies, dependencies first.
//
// It does not compile packages, so they do not have to compile.
type loader struct {
	diag.Reporter
	ctx       context.Context
	cfg       Config
	standIns  standInFunc
	workspace bool               // other modules than that of the patterns may belong to the user too
	sources   map[string]*source // packages of the user, by path
	roots     []*source          // sources of the patterns, in order
	elsewhere map[string]bool    // imported paths that do not belong to the user
	exports   *exports           // where the types of those are that were predicted
	files     map[string]string  // files of export data that has not been read yet, by path
	imported  map[string]*types.Package
	hasRun    bool                      // the runtime can be imported
	provided  map[string]*types.Package // answers of provide
}

// A source is a package that is read from its source.
type source struct {
	meta    *packages.Package
	files   []*File
	imports []string
	outputs []string
	result  *Package       // nil unless it is a package of the patterns
	types   *types.Package // set when checking begins
	done    bool
}

// A Config says which packages to load, and for which build.
type Config struct {
	Dir      string   // the folder that patterns are relative to; empty: the working directory
	Env      []string // of the go command; nil: the environment of the process
	Patterns []string // packages as the go command names them; none: "."
	Types    []string // interfaces that the caller looks for; if set, packages without directives are read too
	Tags     string   // build tags, separated by commas
	All      bool     // packages without directives are read too; what is wrong with them does not matter
}

// A standInFunc returns declarations of the wrappers of a file's interfaces, as source text, so
// that code that uses wrappers type-checks before they exist. It must not declare a name
// in taken, and adds the names that it declares.
type standInFunc func(fset *token.FileSet, file *File, taken model.Scope) string

// Load loads the packages of cfg. Its errors are about packages that it could not load; the
// errors of the type checker are in the packages.
func Load(ctx context.Context, cfg Config, standIns standInFunc) ([]*Package, diag.Errors) {
	l := &loader{
		Reporter: diag.Reporter{Fset: token.NewFileSet()}, ctx: ctx, cfg: cfg, standIns: standIns, workspace: inWorkspace(cfg),
		sources: make(map[string]*source), elsewhere: make(map[string]bool),
		imported: map[string]*types.Package{"unsafe": types.Unsafe}, provided: make(map[string]*types.Package),
	}
	l.exports = l.lookAhead()
	l.findRoots()
	if len(l.Errs) == 0 {
		l.addTests()
		l.addImports()
		l.importElsewhere()
		for _, s := range l.roots {
			l.check(s)
		}
		l.findCauses()
	}
	var list []*Package
	for _, s := range l.roots {
		if s.result == nil {
			s.result = l.unchecked(s)
		}
		list = append(list, s.result)
	}
	return list, l.Errs
}

func (l *loader) unchecked(s *source) *Package {
	return &Package{
		Package: model.Package{Path: s.meta.PkgPath, Name: s.meta.Name, Fset: l.Fset}, Dir: s.meta.Dir,
		Outputs: s.outputs, RequiresRuntime: l.hasRun,
		provider: &provider{l.provide, l.howToProvide, sync.OnceValue(func() map[string]string { return l.requires(s) })},
	}
}

// list asks the go command about packages, and reports its failures.
func (l *loader) list(mode packages.LoadMode, tests bool, patterns ...string) []*packages.Package {
	config := l.config(mode)
	config.Tests = tests
	found, err := packages.Load(config, patterns...)
	if err != nil {
		l.Errs = append(l.Errs, explainAll(err.Error())...)
	}
	return found
}

func (l *loader) config(mode packages.LoadMode) *packages.Config {
	config := &packages.Config{
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedModule | packages.NeedForTest | mode,
		Context: l.ctx, Dir: l.cfg.Dir, Env: l.cfg.Env,
	}
	if l.cfg.Tags != "" {
		config.BuildFlags = []string{"-tags=" + l.cfg.Tags}
	}
	return config
}

// patterns returns the patterns for the go command: those of the configuration, and the
// runtime, which shows whether the user's module requires it.
func (l *loader) patterns() []string {
	if len(l.cfg.Patterns) == 0 {
		return []string{".", model.RuntimePath}
	}
	return slices.Concat(l.cfg.Patterns, []string{model.RuntimePath})
}

// findRoots finds the packages of the patterns.
func (l *loader) findRoots() {
	for _, pattern := range l.cfg.Patterns {
		if strings.HasSuffix(pattern, ".go") {
			l.ReportAt(token.Position{}, "name its package, because a wrapper needs the types of the whole package", "pattern "+pattern+" is a file")
			return
		}
	}
	for _, meta := range l.metadata() {
		if meta.PkgPath == model.RuntimePath {
			l.hasRun = len(meta.Errors) == 0 && len(meta.GoFiles) > 0 || l.willBeVendored(meta)
			continue
		}
		l.Errs = append(l.Errs, l.rootAccidents(meta)...)
		if isForeign(meta) {
			continue
		}
		l.roots = append(l.roots, l.read(meta, true))
	}
	if len(l.roots) == 0 && len(l.Errs) == 0 {
		l.ReportAt(token.Position{}, "", "no package matches "+strings.Join(l.cfg.Patterns, " "))
	}
}

// addTests loads test files if they may have directives. A package with its tests replaces
// the same package without tests in the roots.
func (l *loader) addTests() {
	var paths []string
	for _, s := range l.roots {
		if testsMention(s.meta.Dir) {
			paths = append(paths, s.meta.PkgPath)
		}
	}
	if len(paths) == 0 {
		return
	}
	for _, meta := range l.list(0, true, paths...) {
		if meta.ForTest == "" && !strings.HasSuffix(meta.PkgPath, "_test") || strings.HasSuffix(meta.PkgPath, ".test") {
			continue
		}
		tested := l.read(meta, true)
		if meta.ForTest == meta.PkgPath {
			l.sources[meta.PkgPath] = tested // also for packages that import it, because there must be only one
		}
		at := slices.IndexFunc(l.roots, func(s *source) bool { return s.meta.PkgPath == meta.PkgPath })
		if at >= 0 {
			l.roots[at] = tested
		} else {
			l.roots = append(l.roots, tested)
		}
	}
}

// testsMention reports whether a test file of a folder may have a directive.
func testsMention(dir string) bool {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	return err == nil && slices.ContainsFunc(names, func(name string) bool {
		content, err := os.ReadFile(name)
		return err == nil && (grammar.Mentions(content) || model.IsOutput(content)) // an output may be an orphan
	})
}

// read reads a package's files. It does not parse a package of the patterns that mentions
// no directive, which saves time in large modules.
func (l *loader) read(meta *packages.Package, root bool) *source {
	s := &source{meta: meta}
	contents := make(map[string][]byte, len(meta.GoFiles))
	wanted := !root || len(l.cfg.Types) > 0
	for _, path := range meta.GoFiles {
		content, err := os.ReadFile(path)
		switch {
		case err != nil:
			l.ReportAt(token.Position{Filename: path}, "", "cannot read: "+err.Error())
		case model.IsOutput(content):
			s.outputs = append(s.outputs, path)
		default:
			contents[path] = content
			wanted = wanted || grammar.Mentions(content)
		}
	}
	if !wanted && !l.cfg.All {
		return s
	}
	before := len(l.Errs)
	for _, path := range slices.Sorted(slices.Values(meta.GoFiles)) {
		if content, ok := contents[path]; ok {
			l.parse(s, path, content)
		}
	}
	if !wanted {
		l.Errs = l.Errs[:before] // nobody asked for this package
	}
	l.addStandIns(s)
	if len(s.files) > 0 {
		meta.Name = s.files[0].Syntax.Name.Name // an earlier output may have another name
	}
	if meta.ForTest == "" && !strings.HasSuffix(meta.PkgPath, "_test") {
		l.sources[meta.PkgPath] = s
	}
	return s
}

func (l *loader) parse(s *source, path string, content []byte) {
	mode := parser.SkipObjectResolution
	directives := grammar.Mentions(content)
	if directives {
		mode |= parser.ParseComments
	} else {
		content = dropBodies(content)
	}
	syntax, err := parser.ParseFile(l.Fset, path, content, mode)
	if list, ok := err.(scanner.ErrorList); ok {
		for _, e := range list {
			l.ReportAt(e.Pos, "", e.Msg)
		}
	}
	if syntax == nil {
		return
	}
	s.files = append(s.files, &File{Path: path, Syntax: syntax, Checked: syntax})
	for _, spec := range syntax.Imports {
		if imported, err := strconv.Unquote(spec.Path.Value); err == nil && !slices.Contains(s.imports, imported) {
			s.imports = append(s.imports, imported)
		}
	}
}

// addStandIns adds the stand-ins to the files of a package.
func (l *loader) addStandIns(s *source) {
	taken := make(model.Scope)
	for name := range DeclaredNames(s.files) {
		taken[name] = true
	}
	for _, file := range s.files {
		text := l.standIns(l.Fset, file, taken)
		if text == "" {
			continue
		}
		extra, err := parser.ParseFile(l.Fset, "", "package "+file.Syntax.Name.Name+"\n"+text, parser.SkipObjectResolution)
		if err != nil {
			continue // the source has syntax errors, which are reported
		}
		both := *file.Syntax
		both.Decls = slices.Concat(file.Syntax.Decls, extra.Decls)
		file.Checked = &both
	}
}

// position parses the "file:line:col" of the go command.
func position(text string) token.Position {
	var pos token.Position
	rest := text
	for _, number := range []*int{&pos.Column, &pos.Line} {
		at := strings.LastIndexByte(rest, ':')
		n, err := strconv.Atoi(rest[at+1:])
		if at < 0 || err != nil {
			break
		}
		*number, rest = n, rest[:at]
	}
	if pos.Line == 0 {
		pos.Line, pos.Column = pos.Column, 0
	}
	if rest != "-" {
		pos.Filename = rest
	}
	return pos
}

// Aliases returns the names of a file's imports, by path.
func (f *File) Aliases() map[string]string {
	names := make(map[string]string)
	for _, spec := range f.Syntax.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil && spec.Name != nil {
			names[path] = spec.Name.Name
		}
	}
	return names
}

func (f *File) InTest() bool { return strings.HasSuffix(f.Path, "_test.go") }
