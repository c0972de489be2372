package retrygen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	pageLink = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fenced   = regexp.MustCompile("(?ms)^```.*?^```$")
	goBlock  = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")
)

// The index links each page of docs.
func TestIndexHasAllPages(t *testing.T) {
	index := read(t, "docs/README.md")
	for _, page := range pages(t) {
		if folder, name := filepath.Split(page); folder != "" && name != "README.md" {
			assert.True(t, strings.Contains(index, "]("+name+")"), "docs/README.md does not link %s", name)
		}
	}
}

// A link from one page to a file or a heading of this repository leads there.
func TestLinksOfPages(t *testing.T) {
	links := 0
	for _, page := range pages(t) {
		for _, m := range pageLink.FindAllStringSubmatch(fenced.ReplaceAllString(read(t, page), ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			links++
			to := page
			if target != "" {
				to = filepath.Join(filepath.Dir(page), filepath.FromSlash(target))
			}
			if _, err := os.Stat(to); !assert.NoError(t, err, "%s links %s", page, m[1]) || anchor == "" {
				continue
			}
			assert.Contains(t, anchors(read(t, to)), anchor, "%s links %s", page, m[1])
		}
	}
	assert.Greater(t, links, 30)
}

func TestAnchors(t *testing.T) {
	assert.Equal(t, []string{"what-is-retried-and-what-never-is", "net-http", "net-http-1", "retrybreaker"},
		anchors("# What is retried, and what never is\n## net-http\n## net-http\n## `retry:breaker`\n```\n# code\n```\n"))
}

// anchors returns the names that GitHub gives to the headings of a page.
func anchors(page string) []string {
	var list []string
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(page, ""), -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		unique := name
		for n := 1; slices.Contains(list, unique); n++ {
			unique = fmt.Sprintf("%s-%d", name, n)
		}
		list = append(list, unique)
	}
	return list
}

// The code in these pages is that of the module migrate, whose tests run it, and of the
// scripts that run the command.
func TestPagesShowTestedCode(t *testing.T) {
	var code strings.Builder
	for _, pattern := range []string{"migrate/*/*.go", "testdata/script/guide_*.txtar", "libraries/grpcguide/main.go", "adapters/*/guide/main.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			code.WriteString("\n" + read(t, file))
		}
	}
	for page, least := range map[string]int{
		"docs/guides.md": 5, "docs/clients.md": 2, "docs/modules.md": 3, "docs/injection.md": 4, "docs/testing.md": 1, "docs/migrate.md": 10,
	} {
		blocks := goBlock.FindAllStringSubmatch(read(t, page), -1)
		assert.GreaterOrEqual(t, len(blocks), least)
		if page == "docs/testing.md" {
			blocks = blocks[:1] // the others are parts of tests
		}
		for _, block := range blocks {
			assert.True(t, strings.Contains(code.String(), "\n"+block[1]), "%s has code that no test runs:\n%s", page, block[1])
		}
	}
}

// Below the programs of the guides stands what they print.
func TestGuidesShowWhatIsPrinted(t *testing.T) {
	page := read(t, "docs/guides.md") + read(t, "docs/clients.md")
	for _, name := range []string{"http", "func", "alone", "sql"} {
		_, want, found := strings.Cut(read(t, "testdata/script/guide_"+name+".txtar"), "-- want --\n")
		require.True(t, found)
		assert.Contains(t, page, "\n\n"+indented(want, "")+"\n")
	}
	for _, folder := range []string{"libraries/grpcguide", "adapters/prometheus/guide", "adapters/otel/guide"} {
		_, want, found := strings.Cut(read(t, folder+"/main_test.go"), "// Output:\n")
		require.True(t, found)
		assert.Contains(t, page, "\n\n"+indented(strings.TrimSuffix(want, "}\n"), "\t// ")+"\n")
	}
}

// indented returns lines as a page shows them, without a prefix.
func indented(text, prefix string) string {
	var block strings.Builder
	for line := range strings.Lines(text) {
		block.WriteString("    " + strings.TrimPrefix(line, prefix))
	}
	return block.String()
}

// pages returns the pages in docs, and those for which people look in the root.
func pages(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, list)
	return append(list, "README.md", "CONTRIBUTING.md")
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}
