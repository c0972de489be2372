package gen

import (
	"go/format"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What layout takes on, it leaves as gofmt does.
func TestLayoutOfTheGoldens(t *testing.T) {
	g, err := resolve(t.Context(), Config{Dir: "../golden", Patterns: []string{"./..."}})
	require.NoError(t, err)
	laid := 0
	for _, w := range g.wrappers {
		source, err := newRenderer(w).write()
		require.NoError(t, err)
		want, err := format.Source(source)
		require.NoError(t, err)
		if got, ok := layout(source); ok {
			laid++
			assert.Equal(t, string(want), string(got), w.path)
		}
	}
	t.Logf("%d of %d", laid, len(g.wrappers))
	assert.Greater(t, laid*10, len(g.wrappers)*8, "wrappers that need no go/format")
}
