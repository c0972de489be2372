package retrygen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/compatibility.md names the format, each outcome and each error that callers
// compare with.
func TestCompatibilityNamesWhatIsPromised(t *testing.T) {
	content, err := os.ReadFile("docs/compatibility.md")
	require.NoError(t, err)
	page := string(content)
	for name, value := range packageValues(t, "runtime") {
		switch {
		case strings.HasPrefix(name, "Format"):
			assert.Contains(t, page, "`"+name+"`")
		case strings.HasPrefix(name, "Err"):
			assert.Contains(t, page, "`retry."+name+"`")
		case strings.HasPrefix(name, "Outcome"):
			assert.Contains(t, page, "\n| `"+value+"` |")
		}
	}
	for name := range packageValues(t, "breaker") {
		if strings.HasPrefix(name, "Err") {
			assert.Contains(t, page, "`breaker."+name+"`")
		}
	}
}

// packageValues returns the package-level constants and variables of a folder, with
// the texts of those that are texts.
func packageValues(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	values := make(map[string]string)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok {
					addValues(values, spec)
				}
			}
		}
	}
	require.NotEmpty(t, values)
	return values
}

func addValues(values map[string]string, spec *ast.ValueSpec) {
	for i, name := range spec.Names {
		values[name.Name] = ""
		if i < len(spec.Values) {
			if literal, ok := spec.Values[i].(*ast.BasicLit); ok {
				values[name.Name], _ = strconv.Unquote(literal.Value)
			}
		}
	}
}
