package grammar_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// reference is docs/directives.md.
func reference() string { return grammar.Reference(delays) }

// delays computes the delays of a directive, which package policy turns into a strategy.
func delays(directive string, retries int) (least, greatest []time.Duration) {
	p, err := policy.Parse(directive)
	if err != nil {
		panic(err)
	}
	var low, high time.Duration
	for n := range retries {
		low = p.Retry.Strategy.Delay(n+1, low, 0)
		high = p.Retry.Strategy.Delay(n+1, high, math.Nextafter(1, 0))
		least, greatest = append(least, low), append(greatest, high)
	}
	return least, greatest
}

var update = flag.Bool("update", false, "write docs/directives.md")

func TestReferenceFile(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "directives.md")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(reference()), 0o666))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err, "go test ./internal/grammar -update writes it")
	assert.Equal(t, reference(), string(got), "stale: go test ./internal/grammar -update writes it anew")
}

// TestReferenceDelays compares the table with the one that the strategies were designed
// from.
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
		assert.Contains(t, reference(), row+"\n")
	}
}

// The help and the reference show every verb and every key.
func TestTextsShowWhatActs(t *testing.T) {
	help, reference := grammar.Help(), reference()
	for v := range grammar.Verbs() {
		assert.Contains(t, help, "\n  "+v.Name, v.Name)
		assert.Contains(t, reference, "\n### "+v.Name+"\n", v.Name)
		assert.Contains(t, reference, "//retry:"+v.Example+"\n", v.Name)
		for _, key := range v.Keys {
			assert.Contains(t, help, "      "+key.Name+"=  ", v.Name)
			assert.Contains(t, reference, "| `"+key.Name+"` | ", v.Name)
		}
	}
	for line := range strings.Lines(help) {
		assert.LessOrEqual(t, len(line), 122, "fits a terminal: %s", line)
	}
}
