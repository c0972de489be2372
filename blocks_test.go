package retrygen_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each block of Go code in the pages stands in a file that is compiled: in a Go file of one
// of the modules here, or in a script that runs the command. Its lines may be indented
// there, and the file may allow what a review says of it.
func TestCodeInPagesIsCompiled(t *testing.T) {
	var sources []string
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case slices.Contains([]string{".go", ".txtar"}, filepath.Ext(path)):
			sources = append(sources, "\n"+flat(read(t, path)))
		}
		return nil
	}))
	blocks := 0
	for _, page := range pages(t) {
		for _, block := range goBlock.FindAllStringSubmatch(read(t, page), -1) {
			blocks++
			code := "\n" + flat(block[1])
			found := slices.ContainsFunc(sources, func(source string) bool { return strings.Contains(source, code) })
			assert.True(t, found, "%s has code that is in no file:\n%s", page, block[1])
		}
	}
	assert.Greater(t, blocks, 40)
}

var (
	indent = regexp.MustCompile(`(?m)^[ \t]+`)
	short  = regexp.MustCompile(`interface \{\n(.*)\n\}`)
	allow  = regexp.MustCompile(`(?m)^//retry:allow .*\n`)
)

// flat returns code without indents, without the directive allow, and without the base that
// keeps the tests of the module libraries short. An interface of one line stands on one line.
func flat(code string) string {
	code = allow.ReplaceAllString(indent.ReplaceAllString(code, ""), "")
	code = short.ReplaceAllString(code, "interface{ $1 }")
	return strings.ReplaceAll(code, " attempts=3 base=1ms\n", " attempts=3\n")
}
