// Package load loads packages up to their types, without compiling any of them.
//
// What comes in are patterns and a callback for stand-ins, the declarations of wrappers
// that do not exist yet. What goes out are type-checked packages, and errors for what
// keeps one from being loaded. It knows that files may have directives, but reads none.
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

	"golang.org/x/tools/go/packages"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A Package is a package of the patterns. Files, Types and Info are only
// there where a file mentions a directive.
type Package struct {
	model.Package
	Dir        string
	Files      []*File  // written by the user, without our outputs, in name order
	Outputs    []string // paths of our outputs
	Info       *types.Info
	Errors     []types.Error // in the user's files, of all but function bodies
	Unimported diag.Errors   // imports that could not be had
	Causes     diag.Errors   // why a type may be unknown

	RequiresRuntime bool // the package can import the runtime
}

// A File is a file that the user wrote.
type File struct {
	Path    string
	Syntax  *ast.File
	Checked *ast.File // Syntax and the stand-ins for what is to be generated
}

// Scope is what the names in a file mean.
func (p *Package) Scope(file *File) *types.Scope { return p.Info.Scopes[file.Checked] }

// A loader loads the packages of one run. The way there: metadata of the patterns
// without types; the sources of those packages, and of what they import from the
// main module; the types of the imports from elsewhere, which the go command has
// been looking for meanwhile; and the types of the sources, without function
// bodies, dependencies first. No package is compiled, so none has to compile.
type loader struct {
	diag.Reporter
	ctx       context.Context
	cfg       Config
	standIns  standIns
	workspace bool               // other modules than that of the patterns may be the user's too
	sources   map[string]*source // packages of the user, by path
	roots     []*source          // those of the patterns, in order
	elsewhere map[string]bool    // paths of the imports that are not the user's
	exports   *exports           // where their types are, as far as they were foreseen
	files     map[string]string  // export data that has not been read, by path
	imported  map[string]*types.Package
	hasRun    bool // the runtime can be imported
}

// A source is a package that is read from its source.
type source struct {
	meta    *packages.Package
	files   []*File
	imports []string
	outputs []string
	result  *Package       // nil unless of the patterns
	types   *types.Package // set when it is being checked
	done    bool
}

// A Config says which packages to load, and for which build.
type Config struct {
	Dir      string   // where the patterns are looked up; empty: the working directory
	Env      []string // of the go command; nil: the environment of the process
	Patterns []string // packages as the go command names them; none: "."
	Types    []string // interfaces that the caller looks for; their packages are read even without directives
	Tags     string   // build tags, separated by commas
}

// standIns returns declarations for the wrappers that will be generated for a file,
// as source text, so that code that mentions them type-checks before they exist. It
// must not declare a name that is taken, and adds the names that it declares.
type standIns func(fset *token.FileSet, file *File, taken model.Scope) string

// Load loads the packages of cfg. Its errors are those that keep a package from being
// loaded; errors of the type checker are in the packages.
func Load(ctx context.Context, cfg Config, standIns standIns) ([]*Package, diag.Errors) {
	l := &loader{
		Reporter: diag.Reporter{Fset: token.NewFileSet()}, ctx: ctx, cfg: cfg, standIns: standIns, workspace: inWorkspace(cfg),
		sources: make(map[string]*source), elsewhere: make(map[string]bool),
		imported: map[string]*types.Package{"unsafe": types.Unsafe},
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
	}
}

// list asks the go command about packages, and reports what it cannot tell.
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

// patterns are what the go command is asked about: the packages to generate for,
// and the runtime, to know whether the user's module has it.
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
			l.ReportAt(token.Position{}, "name its package: a wrapper needs the types of the whole package", "pattern "+pattern+" is a file")
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

// addTests looks for directives in test files, which only show when asked for.
// The package with its tests takes the place of the one without among the roots.
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
			l.sources[meta.PkgPath] = tested // for whoever imports it: there must not be two
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
		return err == nil && (grammar.Mentions(content) || model.IsOutput(content)) // which may be an orphan
	})
}

// read reads a package's files. One of the patterns that mentions no directive is
// left unparsed, for the sake of modules with many of them.
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
	if !wanted {
		return s
	}
	for _, path := range slices.Sorted(slices.Values(meta.GoFiles)) {
		if content, ok := contents[path]; ok {
			l.parse(s, path, content)
		}
	}
	l.addStandIns(s)
	if len(s.files) > 0 {
		meta.Name = s.files[0].Syntax.Name.Name // an older output may say otherwise
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

// addStandIns makes the files of a package as they will be type-checked.
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
			continue // the source has errors of its own, which are reported
		}
		both := *file.Syntax
		both.Decls = slices.Concat(file.Syntax.Decls, extra.Decls)
		file.Checked = &both
	}
}

// position reads the "file:line:col" of the go command.
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

// Aliases returns the names that a file gives its imports, by path.
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
