package policy

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/directives.md")

func TestReferenceFile(t *testing.T) {
	path := filepath.Join("..", "docs", "directives.md")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(Reference()), 0o666))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err, "go test ./policy -update writes it")
	assert.Equal(t, Reference(), string(got), "stale: go test ./policy -update writes it anew")
}

// TestReferenceDelays holds the table against the one that the strategies were
// designed by.
func TestReferenceDelays(t *testing.T) {
	for _, row := range []string{
		"| `simple delay=100ms` | 100 | 100 | 100 | 100 | 100 | 100 |",
		"| `linear` | 100 | 200 | 300 | 400 | 500 | 600 |",
		"| `incremental step=200ms` | 100 | 300 | 500 | 700 | 900 | 1100 |",
		"| `exponential` | 100 | 200 | 400 | 800 | 1600 | 2000 |",
		"| `randomized-exponential` | 50-150 | 100-300 | 200-600 | 400-1200 | 667-2000 | 667-2000 |",
		"| `linear-jitter` | 75-125 | 150-250 | 225-375 | 300-500 | 375-625 | 450-750 |",
		"| `exponential-jitter jitter=full` | 0-100 | 0-200 | 0-400 | 0-800 | 0-1600 | 0-2000 |",
		"| `exponential-jitter jitter=equal` | 50-100 | 100-200 | 200-400 | 400-800 | 800-1600 | 1000-2000 |",
		"| `exponential-jitter jitter=decorrelated` | 100-300 | 100-900 | 100-2000 | 100-2000 | 100-2000 | 100-2000 |",
		"| `fibonacci` | 100 | 100 | 200 | 300 | 500 | 800 |",
	} {
		assert.Contains(t, Reference(), row+"\n")
	}
}

// TestTextsShowWhatActs reads the help and the reference as a user does: all that
// acts is there.
func TestTextsShowWhatActs(t *testing.T) {
	help, reference := Help(), Reference()
	for v := range Verbs() {
		assert.Contains(t, help, "\n  "+v.usage()+"\n", v.Name)
		assert.Contains(t, reference, "\n### "+v.Name+"\n", v.Name)
		assert.Contains(t, reference, "//retry:"+v.Example+"\n", v.Name)
		for _, key := range v.keyNames() {
			assert.Contains(t, help, "      "+key+"=  ", v.Name)
			assert.Contains(t, reference, "| `"+key+"` | ", v.Name)
		}
	}
	for line := range strings.Lines(help) {
		assert.LessOrEqual(t, len(line), 122, "fits a terminal: %s", line)
	}
}
