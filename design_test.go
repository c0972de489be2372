package retrygen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The way of a directive, from the comment to a breaker in memory, stays short.
const (
	mostHops     = 20
	mostHopFiles = 15 // written by hand
)

func design(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("docs/design.md")
	require.NoError(t, err)
	return string(content)
}

// Each file, each folder and each declaration that docs/design.md names exists.
func TestDesignNamesWhatExists(t *testing.T) {
	named := regexp.MustCompile("`([\\w./-]+\\.go)(?::(\\w+))?`").FindAllStringSubmatch(design(t), -1)
	require.Greater(t, len(named), 40)
	for _, m := range named {
		file, name := m[1], m[2]
		if assert.FileExists(t, file) && name != "" {
			assert.Contains(t, declaredIn(t, file), name, "%s does not declare it", file)
		}
	}
	for _, m := range regexp.MustCompile("`([a-z]+(?:/[a-z]+)+)`").FindAllStringSubmatch(design(t), -1) {
		if _, err := os.Stat(m[1]); err != nil {
			assert.DirExists(t, filepath.Join(goRoot(t), "src", m[1]), "neither a folder of this module nor a package of Go")
		}
	}
}

func TestDesignShowsAShortWay(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| \\d+ \\| `([\\w./-]+):\\w+` \\|").FindAllStringSubmatch(design(t), -1)
	require.NotEmpty(t, rows)
	assert.LessOrEqual(t, len(rows), mostHops)
	files := make(map[string]bool)
	for _, row := range rows {
		if !strings.HasSuffix(row[1], "_retry.go") {
			files[row[1]] = true
		}
	}
	assert.LessOrEqual(t, len(files), mostHopFiles, "%v", files)
}

// declaredIn returns the names that a file declares at package level, and those of its
// methods.
func declaredIn(t *testing.T, path string) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	names := make(map[string]bool)
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			names[decl.Name.Name] = true
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						names[name.Name] = true
					}
				}
			}
		}
	}
	return names
}
