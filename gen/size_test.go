package gen

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The output for an interface whose methods have one policy is short enough to review: what
// the methods have in common stands in it once.
func TestOutputIsShort(t *testing.T) {
	const methods, mostLines, mostColumns = 60, 8, 140
	var src strings.Builder
	src.WriteString(`package users

import "context"

type User struct{ Name string }

//retry:exponential-jitter attempts=4 base=100ms max=2s
//retry:timeout attempt=1s total=5s
//retry:breaker failures=5 cooldown=30s
type UserStore interface {
`)
	for i := range methods {
		fmt.Fprintf(&src, "\tFind%d(ctx context.Context, id string) (*User, error)\n", i)
	}
	src.WriteString("}\n")

	content := generateOne(t, src.String())
	lines := bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
	t.Logf("%d lines for %d methods", len(lines), methods)
	assert.Less(t, len(lines), methods*mostLines)
	for _, line := range lines {
		assert.LessOrEqual(t, len(bytes.ReplaceAll(line, []byte("\t"), []byte("    "))), mostColumns, string(line))
	}
	assert.Equal(t, 1, bytes.Count(content, []byte("retry.MethodSpec{")))
}

// generateOne generates the only wrapper of a package with one file.
func generateOne(t *testing.T, src string) []byte {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	mod := "module example.com/users\n\ngo 1.26.0\n\nrequire github.com/retrygen/retrygen v0.0.0\n\n" +
		"replace github.com/retrygen/retrygen => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "users.go"), []byte(src), 0o666))
	result, err := Generate(t.Context(), Config{Dir: dir, Patterns: []string{"."}, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off")})
	require.NoError(t, err)
	require.Len(t, result.Files, 1)
	return result.Files[0].Content
}
