package call

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"
)

// The benchmarks measure what the generator writes today.
func TestWrappersAreFresh(t *testing.T) {
	result, err := gen.Generate(t.Context(), gen.Config{Patterns: []string{"."}})
	require.NoError(t, err)
	require.NotEmpty(t, result.Files)
	for _, file := range result.Files {
		got, err := os.ReadFile(file.Path)
		require.NoError(t, err)
		assert.Equal(t, string(file.Content), string(got), "go generate ./call writes it")
	}
	assert.Empty(t, result.Orphans)
}
