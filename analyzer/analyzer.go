// Package analyzer finds code around retries that go vet and the generator cannot know of: a
// wrapper that is built for each request, a context that is lost on the way to a wrapper, a
// loop that retries by hand, and a retry around a client that retries by itself.
//
// Most people run its command with go vet:
//
//	go install github.com/retrygen/retrygen/analyzer/cmd/retryvet@latest
//	go vet -vettool=$(which retryvet) ./...
//
// Package plugin is for golangci-lint. docs/analyzer.md has each finding, its reason and what
// to write.
//
// A finding is only reported if the source decides it. Generated files and tests get none. A
// comment //nolint:retrygen silences the findings of its line or of the func that it stands
// above.
package analyzer

import (
	"go/ast"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// docs is where the pages of the analyzers are.
const docs = "https://github.com/retrygen/retrygen/blob/main/docs/analyzer.md#"

// All returns the analyzers.
func All() []*analysis.Analyzer {
	return []*analysis.Analyzer{PerRequest, LostContext, HandRetry, DoubleRetry}
}

// A check is one run of an analyzer on one package.
type check struct {
	*analysis.Pass
	silent map[*ast.File]silence
}

// newCheck returns the check and the files in which it looks for something to report.
func newCheck(pass *analysis.Pass) (*check, []*ast.File) {
	c := &check{Pass: pass, silent: make(map[*ast.File]silence)}
	var files []*ast.File
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || strings.HasSuffix(pass.Fset.File(file.FileStart).Name(), "_test.go") {
			continue
		}
		files = append(files, file)
		c.silent[file] = silenceIn(pass.Fset, file)
	}
	return c, files
}

// report reports a finding unless a comment silences it.
func (c *check) report(file *ast.File, d analysis.Diagnostic) {
	if !c.silent[file].covers(c.Fset, d.Pos) {
		c.Report(d)
	}
}
