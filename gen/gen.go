// Package gen generates the wrappers of annotated interfaces: it loads packages, reads
// their //retry: directives, checks them, and renders Go.
//
// [Generate] returns the files with their contents, and writes nothing. It returns all
// mistakes of one run as [Errors], each at its position in the source:
//
//	result, err := gen.Generate(ctx, gen.Config{Patterns: []string{"./..."}})
//
// The data flows in one direction, through one package for each phase:
//
//	load → directive → resolve → render, explain, review
//
// Package load type-checks the packages, with stand-ins for the wrappers that do not
// exist yet. Package directive finds the directives in the comments. Package resolve
// decides what is in force for each method, and refuses what would do harm. Package
// render writes the code, package explain says what is in force and why, and package
// review what follows from it and what should be written differently. All of them
// use model, the data that they pass on, shape, which answers questions about Go types,
// and diag, the errors.
package gen

import (
	"context"
	"fmt"
	"go/types"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/render"
	"github.com/retrygen/retrygen/gen/internal/resolve"
	"github.com/retrygen/retrygen/gen/internal/review"
)

// Config says what to generate.
type Config struct {
	Dir      string   // the folder that patterns are relative to; empty: the working directory
	Env      []string // the environment of the go command; nil: that of the process
	Patterns []string // packages as the go command names them; none: "."
	Types    []string // the interfaces to wrap; none: all with a directive
	Tags     string   // build tags, separated by commas

	// Overrides is a text for retry.ParseOverrides, and OverridesFile its name in
	// messages. OverridesPrefix is a prefix for retry.EnvOverrides: of variables in Env, or
	// in the environment of the process. Explain and Review check the overrides and
	// apply them to the policies, the text first. Empty: there are none. Generate ignores
	// them.
	Overrides, OverridesFile, OverridesPrefix string

	// OverridesNames are places in Overrides with further names, which Explain and Review
	// check, too. Policies do not change by them.
	OverridesNames []OverridesName

	// Error is an error that Explain is asked about, by its name or number, such as NotFound,
	// 40001 or 503; empty for none. Generate ignores it.
	Error string
}

// load returns the part of the configuration that the loader needs.
func (cfg Config) load() load.Config {
	return load.Config{Dir: cfg.Dir, Env: cfg.Env, Patterns: cfg.Patterns, Types: cfg.Types, Tags: cfg.Tags}
}

// overrides returns the part of the configuration that the overrides come from.
func (cfg Config) overrides() explain.Overrides {
	env := cfg.Env
	if env == nil {
		env = os.Environ()
	}
	return explain.Overrides{Text: cfg.Overrides, File: cfg.OverridesFile, Names: cfg.OverridesNames, Prefix: cfg.OverridesPrefix, Environment: env}
}

// A File is one output.
type File struct {
	Path    string // absolute
	Content []byte
}

// A Result is what should be on disk for the packages.
type Result struct {
	Files []File // by path

	// Orphans are the paths of earlier outputs that the source does not generate any
	// more, whatever Config.Types says. Files that the build tags exclude are not
	// orphans.
	Orphans []string
}

// Generate generates the wrappers of the packages. With an error there is no Result. The
// error is of type Errors unless ctx has ended.
func Generate(ctx context.Context, cfg Config) (*Result, error) {
	g, err := prepare(ctx, cfg, cfg.load())
	if err != nil {
		return nil, err
	}
	g.render()
	if len(g.errs) > 0 {
		return nil, g.errs.Sorted()
	}
	return g.result(), nil
}

// Explain returns what would be in force in the wrappers of Generate and why, after
// applying Config.Overrides. It returns the errors of Generate, or those of the
// overrides.
func Explain(ctx context.Context, cfg Config) (*Explanation, error) {
	g, err := prepare(ctx, cfg, cfg.load())
	if err != nil {
		return nil, err
	}
	if errs := explain.Override(g.wrappers, cfg.overrides()); len(errs) > 0 {
		return nil, errs.Sorted()
	}
	return explain.Explain(g.wrappers, cfg.Error), nil
}

// Review returns what a design review asks about the wrappers of Generate, after applying
// Config.Overrides. It returns the errors of Generate, or those of the overrides.
func Review(ctx context.Context, cfg Config, q Question) (*Reviewed, error) {
	loading := cfg.load()
	loading.All, loading.Types = true, nil // what implements an interface may be in a package without directives
	g, err := prepare(ctx, cfg, loading)
	if err != nil {
		return nil, err
	}
	if errs := explain.Override(g.wrappers, cfg.overrides()); len(errs) > 0 {
		return nil, errs.Sorted()
	}
	var packages []*review.Package
	for _, pkg := range g.packages {
		if pkg.Types != nil {
			packages = append(packages, &review.Package{Package: &pkg.Package, Requires: pkg.Requires()})
		}
	}
	return review.Of(g.wrappers, g.all, packages, q), nil
}

// prepare loads the packages and resolves their wrappers: everything before rendering.
func prepare(ctx context.Context, cfg Config, loading load.Config) (*generation, error) {
	scanner := directive.NewScanner()
	packages, errs := load.Load(ctx, loading, scanner.StandIns)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g := &generation{cfg: cfg, scanner: scanner, packages: packages, errs: errs, found: make(map[string]bool), made: make(map[string]bool), byPath: make(map[string]*resolve.Draft)}
	for _, pkg := range packages {
		g.pkg(pkg)
	}
	g.checkTypes()
	if len(g.errs) > 0 {
		return nil, g.errs.Sorted()
	}
	return g, nil
}

// A generation is one run of Generate, Explain or Review.
type generation struct {
	cfg      Config
	scanner  *directive.Scanner
	packages []*load.Package
	errs     Errors
	wrappers []*model.Wrapper
	all      []*model.Wrapper // whatever cfg.Types says
	files    []File

	found map[string]bool // names in cfg.Types that were found
	made  map[string]bool // paths of all outputs, whatever cfg.Types says

	byPath map[string]*resolve.Draft // by path in lower case, of all packages, because two can share a folder

	annotated []string // all interfaces with a directive
}

// pkg resolves the wrappers of one package.
func (g *generation) pkg(pkg *load.Package) {
	if pkg.Types == nil {
		return // it does not mention a directive
	}
	s := g.scanner.Package(pkg.Fset, pkg.Files)
	r := &resolve.Resolver{Reporter: s.Reporter, Pkg: pkg, Scan: s, Declared: load.DeclaredNames(pkg.Files), Asked: g.cfg.Types}
	r.Presets()
	var wrappers []*model.Wrapper
	byName := make(map[string]*resolve.Draft)
	for _, d := range s.Declarations {
		w := r.Wrapper(d)
		if w == nil {
			continue
		}
		r.CheckNames(w, byName)
		r.CheckPath(w, g.byPath)
		g.made[w.Path] = true
		g.all = append(g.all, w.Wrapper)
		if g.wanted(d.Name()) {
			wrappers = append(wrappers, w.Wrapper)
		}
	}
	r.Flush()
	r.CheckTypes(s.Declarations)
	if len(wrappers) > 0 && !pkg.RequiresRuntime {
		r.Report(wrappers[0].Pos, "go get github.com/retrygen/retrygen",
			"the module does not require the runtime package that wrappers import")
	}
	g.find(r)
	g.errs = append(g.errs, r.Errs...)
	g.wrappers = append(g.wrappers, wrappers...)
}

// render renders the wrappers in parallel. They do not depend on each other.
func (g *generation) render() {
	wrappers := g.wrappers
	files, errs := make([]File, len(wrappers)), make([]*Error, len(wrappers))
	load.Parallel(len(wrappers), func(i int) {
		w := wrappers[i]
		content, err := render.Render(w)
		files[i] = File{w.Path, content}
		if err != nil {
			errs[i] = &Error{Pos: w.Pkg.Fset.Position(w.Pos),
				Msg: fmt.Sprintf("a bug in retrygen: the code for %s cannot be formatted: %v\n%s", w.Iface.Name(), err, content)}
		}
	})
	g.files = files
	g.errs = append(g.errs, slices.DeleteFunc(errs, func(e *Error) bool { return e == nil })...)
}

func (g *generation) wanted(name string) bool {
	return len(g.cfg.Types) == 0 || slices.Contains(g.cfg.Types, name)
}

// find marks the names of Config.Types that a package declares as found. It reports those
// that are not an interface with a directive.
func (g *generation) find(r *resolve.Resolver) {
	for _, name := range g.cfg.Types {
		annotated := slices.ContainsFunc(r.Scan.Declarations, func(d *directive.Declaration) bool { return d.Name() == name })
		pos, declared := r.Declared[name]
		if !annotated && !declared {
			continue
		}
		g.found[name] = true
		if annotated {
			continue
		}
		if obj := r.Pkg.Types.Scope().Lookup(name); obj != nil && types.IsInterface(obj.Type()) {
			r.Report(pos, "retrygen help directives", "-type "+name+": "+name+" has no directive")
		} else {
			r.Report(pos, "", "-type "+name+": "+name+" is not an interface")
		}
	}
	for _, d := range r.Scan.Declarations {
		g.annotated = append(g.annotated, d.Name())
	}
}

// checkTypes reports the names of Config.Types that no package declares.
func (g *generation) checkTypes() {
	for _, name := range g.cfg.Types {
		if !g.found[name] {
			g.errs = append(g.errs, &Error{Msg: "-type " + name + ": there is no interface with that name", Hint: g.typeHint(name)})
		}
	}
}

// typeHint suggests the interface that -type may have meant, or else lists some that
// exist.
func (g *generation) typeHint(name string) string {
	const most = 5
	if near := diag.DidYouMean(name, g.annotated); near != "" || len(g.annotated) == 0 {
		return near
	}
	if len(g.annotated) == 1 {
		return "did you mean " + strconv.Quote(g.annotated[0]) + "?"
	}
	names := slices.Compact(slices.Sorted(slices.Values(g.annotated)))
	list := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		list += ", ..."
	}
	return "these have a directive: " + list
}

// result returns the files and the orphans.
func (g *generation) result() *Result {
	result := &Result{Files: g.files}
	slices.SortFunc(result.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	for _, pkg := range g.packages {
		for _, path := range pkg.Outputs {
			if !g.made[path] {
				result.Orphans = append(result.Orphans, path)
			}
		}
	}
	slices.Sort(result.Orphans)
	result.Orphans = slices.Compact(result.Orphans)
	return result
}
