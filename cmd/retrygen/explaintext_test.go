package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"
)

const ms = time.Millisecond

func TestBars(t *testing.T) {
	for _, test := range []struct {
		name     string
		greatest []time.Duration
		want     string
	}{
		{"nothing", nil, ""},
		{"one is the highest", []time.Duration{ms}, "█"},
		{"as in the README", []time.Duration{100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 2000 * ms}, "▁▁▂▄▇█"},
		{"exact eighths", []time.Duration{1, 2, 3, 4, 5, 6, 7, 8}, "▁▂▃▄▅▆▇█"},
		{"zero is seen", []time.Duration{0, 8}, "▁█"},
		{"only zeros", []time.Duration{0, 0}, "▁▁"},
		{"the largest there are", []time.Duration{math.MaxInt64 / 2, math.MaxInt64}, "▄█"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var list []gen.Delay
			for _, d := range test.greatest {
				list = append(list, gen.Delay{Greatest: d})
			}
			assert.Equal(t, test.want, bars(list))
		})
	}
}

func TestBrief(t *testing.T) {
	for _, test := range []struct {
		name string
		d    time.Duration
		want string
	}{
		{"zero", 0, "0s"},
		{"a hundredth of a millisecond", 1234567, "1.23ms"},
		{"nanoseconds", 999, "999ns"},
		{"milliseconds to a hundredth", 33_333_333, "33.33ms"},
		{"seconds to a millisecond", 1_234_567_890, "1.235s"},
		{"minutes to a second", 90_400 * ms, "1m30s"},
		{"whole minutes", 2 * time.Minute, "2m"},
		{"whole hours", 3 * time.Hour, "3h"},
		{"hours and minutes", 3*time.Hour + 10*time.Minute, "3h10m"},
		{"ten minutes keep their zero", 10 * time.Minute, "10m"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, brief(test.d))
		})
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing is a line", "", []string{""}},
		{"what fits", "1234 678 0", []string{"1234 678 0"}},
		{"what does not", "1234 678 01", []string{"1234 678", "01"}},
		{"a word that is too long", "1 23456789012 3", []string{"1", "23456789012", "3"}},
		{"columns are letters, not bytes", "äöüß ▁▂▃ é", []string{"äöüß ▁▂▃ é"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, wrap(test.text, 10))
		})
	}
}

// All that the goldens have is explained in the columns that there are.
func TestExplainFits(t *testing.T) {
	for line := range strings.Lines(explained(t, "./golden/...")) {
		assert.LessOrEqual(t, width(strings.TrimSuffix(line, "\n")), explainWidth, line)
		assert.Equal(t, strings.TrimRight(line, " \n")+"\n", line, "no space at the end")
	}
}

// The page shows what the command prints.
func TestExplainPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/explain.md")
	require.NoError(t, err)
	const command = "    $ retrygen explain "
	_, shown, found := strings.Cut(string(page), command)
	require.True(t, found)
	pattern, shown, _ := strings.Cut(shown, "\n")
	shown, _, _ = strings.Cut(shown, "\n\n**")
	var want strings.Builder
	for line := range strings.Lines(shown) {
		want.WriteString(strings.TrimPrefix(line, "    "))
	}
	assert.Contains(t, explained(t, pattern), want.String()+"\n")
}

// The page shows what -short prints.
func TestExplainPageShort(t *testing.T) {
	page, err := os.ReadFile("../../docs/explain.md")
	require.NoError(t, err)
	_, shown, found := strings.Cut(string(page), "    $ retrygen explain -short ./golden/payment\n")
	require.True(t, found)
	shown, _, _ = strings.Cut(shown, "\n\n")
	var got strings.Builder
	for line := range strings.Lines(shown + "\n") {
		got.WriteString(strings.TrimPrefix(line, "    "))
	}
	assert.Equal(t, explainShort(explainPattern(t, "./golden/payment")), got.String())
}

// explained returns what the command prints for packages of this module, with slashes
// in paths on every system.
func explained(t *testing.T, pattern string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	return filepath.ToSlash(explainText(root, explainPattern(t, pattern)))
}

// explanation explains packages of this module.
func explainPattern(t *testing.T, pattern string) *gen.Explanation {
	t.Helper()
	e, err := gen.Explain(t.Context(), gen.Config{Dir: filepath.Join("..", ".."), Patterns: []string{pattern}})
	require.NoError(t, err)
	require.NotEmpty(t, e.Interfaces)
	return e
}
