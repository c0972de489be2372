package gen

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An empty build cache gives the same output, and nothing gets compiled.
func TestGenerateWithAnEmptyBuildCache(t *testing.T) {
	cfg := Config{Dir: "../golden", Patterns: []string{"./..."}}
	want, err := Generate(t.Context(), cfg)
	require.NoError(t, err)

	cache := t.TempDir()
	cfg.Env = append(os.Environ(), "GOCACHE="+cache)
	got, err := Generate(t.Context(), cfg)
	require.NoError(t, err)

	require.Len(t, got.Files, len(want.Files))
	for i, file := range got.Files {
		assert.Equal(t, want.Files[i].Path, file.Path)
		assert.Equal(t, string(want.Files[i].Content), string(file.Content), file.Path)
	}
	compiled, err := filepath.Glob(filepath.Join(cache, "*", "*-d"))
	require.NoError(t, err)
	for _, path := range compiled {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NotContains(t, string(content[:min(len(content), 8)]), "!<arch>", "a compiled package")
	}
}
