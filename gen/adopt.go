package gen

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/retrygen/retrygen/gen/internal/adopt"
	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/load"
)

// The types of what helps a module to begin. Package gen/internal/adopt has their fields.
type (
	// A DraftQuestion says which interface to write.
	DraftQuestion = adopt.Ask

	// A Draft is a file with an annotated interface.
	Draft = adopt.Draft

	// A Survey lists what of some packages a wrapper could guard.
	Survey = adopt.Survey

	// A SurveyedInterface is declared in the packages.
	SurveyedInterface = adopt.Interface
)

// WriteDraft returns a file with an annotated interface for a client that the module uses. It
// belongs to the package in Config.Dir. WriteDraft writes nothing to disk, and does not look
// whether the file exists. The error is of type Errors unless ctx has ended.
func WriteDraft(ctx context.Context, cfg Config, q DraftQuestion) (*Draft, error) {
	cfg.Types, cfg.Patterns = nil, nil
	packages, err := loadAll(ctx, cfg)
	if err != nil {
		return nil, err
	}
	pkg := packages[0]
	if pkg.Types == nil {
		return nil, Errors{{Msg: "the package in this folder has no Go files", Hint: "write one with the package clause first"}}
	}
	said, _, qualified := strings.Cut(q.From, ".")
	if others := modulePattern(cfg.Dir); qualified && !strings.Contains(q.From, "/") && others != "" && !adopt.Imports(pkg, said) {
		cfg.Patterns = []string{".", others}
		if packages, err = loadAll(ctx, cfg); err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Dir == pkg.Dir && p.Path == pkg.Path {
				pkg = p
			}
		}
	}
	draft, errs := adopt.Write(pkg, packages, q)
	if len(errs) > 0 {
		return nil, errs.Sorted()
	}
	return draft, nil
}

// Look returns the interfaces of the packages that are worth a wrapper, those that have
// directives, and the clients that WriteDraft could write an interface for. It goes by what
// types and names show.
func Look(ctx context.Context, cfg Config) (*Survey, error) {
	cfg.Types = nil
	packages, err := loadAll(ctx, cfg)
	if err != nil {
		return nil, err
	}
	scanner := directive.NewScanner()
	annotated := make(map[string][]string)
	for _, pkg := range packages {
		if pkg.Types == nil {
			continue
		}
		for _, d := range scanner.Package(pkg.Fset, pkg.Files).Declarations {
			annotated[pkg.Path] = append(annotated[pkg.Path], d.Name())
		}
	}
	return adopt.Look(packages, annotated), nil
}

// loadAll loads packages with and without directives.
func loadAll(ctx context.Context, cfg Config) ([]*load.Package, error) {
	loading := cfg.load()
	loading.All = true
	packages, errs := load.Load(ctx, loading, directive.NewScanner().StandIns)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(errs) > 0 {
		return nil, errs.Sorted()
	}
	return packages, nil
}

// modulePattern returns the pattern for all packages of the module that a folder belongs to, or
// "" if the folder is in none.
func modulePattern(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if content, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			if path := modfile.ModulePath(content); path != "" {
				return path + "/..."
			}
			return ""
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
