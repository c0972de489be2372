package libraries

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"

	// Only the file below testdata names these, which the go command does not look at.
	_ "github.com/segmentio/kafka-go"
	_ "github.com/twmb/franz-go/pkg/kgo"
	_ "golang.org/x/oauth2"
	_ "k8s.io/api/core/v1"
)

const resultsFile = "testdata/results/results.go"

// TestResults compares what retrygen makes of the results of libraries, data or streams,
// with what they are. It prints the table.
func TestResults(t *testing.T) {
	explanation, err := gen.Explain(t.Context(), gen.Config{Patterns: []string{"./testdata/results"}})
	require.NoError(t, err)
	got := make(map[string]string)
	for _, iface := range explanation.Interfaces {
		for _, m := range iface.Methods {
			got[iface.Name+"."+m.Name] = kindOf(m)
		}
	}

	want := wantedResults(t)
	var out bytes.Buffer
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	libraries := make(map[string]bool)
	for _, row := range want {
		library, _, _ := strings.Cut(row.method, ".")
		libraries[library] = true
		fmt.Fprintf(table, "%s\t%s\t%s\n", library, row.result, got[row.method])
		assert.Equal(t, row.kind, got[row.method], "%s: %s", row.method, row.result)
	}
	require.NoError(t, table.Flush())
	t.Logf("results of %d libraries\n%s", len(libraries), &out)
	assert.GreaterOrEqual(t, len(libraries), 15)
	assert.Len(t, want, len(got))
}

// kindOf says what retrygen makes of the result of a method.
func kindOf(m gen.ExplainedMethod) string {
	switch {
	case slices.Contains(m.Notes, "the result outlives the timeouts until it is closed"):
		return "stream until closed"
	case slices.Contains(m.Notes, "the result outlives the timeouts"):
		return "stream"
	}
	return "data"
}

// A wantedResult is what a result is, by the comment of its method.
type wantedResult struct{ method, result, kind string }

func wantedResults(t *testing.T) []wantedResult {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, resultsFile, nil, parser.ParseComments)
	require.NoError(t, err)
	var list []wantedResult
	for node := range ast.Preorder(file) {
		spec, ok := node.(*ast.TypeSpec)
		if !ok {
			continue
		}
		for _, method := range spec.Type.(*ast.InterfaceType).Methods.List {
			var result strings.Builder
			require.NoError(t, printer.Fprint(&result, fset, method.Type.(*ast.FuncType).Results.List[0].Type))
			list = append(list, wantedResult{spec.Name.Name + "." + method.Names[0].Name, result.String(), strings.TrimSpace(method.Comment.Text())})
		}
	}
	return list
}
