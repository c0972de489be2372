package gen_test

import (
	"go/format"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"
)

// Most outputs are formatted without go/format. The result must be the same.
func TestOutputsAreFormatted(t *testing.T) {
	result, err := gen.Generate(t.Context(), gen.Config{Dir: "../golden", Patterns: []string{"./..."}})
	require.NoError(t, err)
	require.NotEmpty(t, result.Files)
	for _, file := range result.Files {
		formatted, err := format.Source(file.Content)
		require.NoError(t, err, file.Path)
		assert.Equal(t, string(formatted), string(file.Content), file.Path)
	}
}
