// Package plugin makes the analyzers a linter of golangci-lint, by its module plugin system.
// The linter has the name retrygen. docs/ci.md shows the two files that it needs.
package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/retrygen/retrygen/analyzer"
)

func init() { register.Plugin("retrygen", New) }

// Settings are the settings of the linter.
type Settings struct {
	// Disable has the names of analyzers that do not run. Empty: all run.
	Disable []string `json:"disable"`
}

type plugin struct{ analyzers []*analysis.Analyzer }

// New returns the linter. Settings is what the configuration of golangci-lint has under
// settings. New returns an error for unknown settings and unknown analyzers.
func New(settings any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](settings)
	if err != nil {
		return nil, err
	}
	all := analyzer.All()
	for _, name := range s.Disable {
		i := slices.IndexFunc(all, func(a *analysis.Analyzer) bool { return a.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("retrygen: disable: unknown analyzer %q\n\thint: the analyzers are %s", name, names())
		}
		all = slices.Delete(all, i, i+1)
	}
	return &plugin{all}, nil
}

func names() string {
	var list []string
	for _, a := range analyzer.All() {
		list = append(list, a.Name)
	}
	return strings.Join(list, ", ")
}

// BuildAnalyzers returns the analyzers.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) { return p.analyzers, nil }

// GetLoadMode says that the analyzers need types.
func (*plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
