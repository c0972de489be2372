// Package golden_test compares the committed outputs of the cases in this folder with what
// retrygen generates. Each case is a package. Its doc comment says why it exists, and its
// source is what a user would write. Beside it are the output and a test of the wrapper's
// behaviour.
//
//	go test ./golden -update
//
// is the only way to write the outputs.
package golden_test

import (
	"flag"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"
)

var update = flag.Bool("update", false, "write the goldens")

func TestGolden(t *testing.T) {
	result, err := gen.Generate(t.Context(), gen.Config{Patterns: []string{"./..."}})
	require.NoError(t, err)
	require.NotEmpty(t, result.Files)
	if *update {
		write(t, result)
	}
	for _, file := range result.Files {
		t.Run(short(t, file.Path), func(t *testing.T) {
			want, err := os.ReadFile(file.Path)
			require.NoError(t, err, "missing golden: go test ./golden -update")
			assert.Equal(t, string(want), string(file.Content), "go test ./golden -update writes it")
		})
	}
	assert.Empty(t, result.Orphans, "goldens that no case makes")
}

// Every case has a reason, an output and a test of its behaviour.
func TestCasesAreWhole(t *testing.T) {
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			goldens, err := filepath.Glob(filepath.Join(entry.Name(), "*_retry*.go"))
			require.NoError(t, err)
			assert.NotEmpty(t, goldens, "no golden")
			tests, err := filepath.Glob(filepath.Join(entry.Name(), "*_test.go"))
			require.NoError(t, err)
			assert.NotEmpty(t, tests, "no test of the behaviour")
			assert.True(t, hasReason(t, entry.Name()), "no package comment that says why the case exists")
		})
	}
}

func hasReason(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		if file.Doc.Text() != "" && !strings.HasSuffix(name, "_test.go") {
			return true
		}
	}
	return false
}

func write(t *testing.T, result *gen.Result) {
	t.Helper()
	for _, file := range result.Files {
		require.NoError(t, os.WriteFile(file.Path, file.Content, 0o644))
	}
	for _, path := range result.Orphans {
		require.NoError(t, os.Remove(path))
	}
	result.Orphans = nil
}

func short(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	rel, err := filepath.Rel(dir, path)
	require.NoError(t, err)
	return filepath.ToSlash(rel)
}
