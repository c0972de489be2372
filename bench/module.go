package bench

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A module is written for a workload.
type module struct {
	dir        string
	interfaces []string // of its main package
	outputs    []string // patterns of the generators' outputs
}

// files are the contents of a module's files, by path.
type files map[string]string

// write writes a module. A heavy one has the requirements of this module.
func write(dir, root string, heavy bool, content files) error {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	sums := "go.sum"
	replace := "replace github.com/retrygen/retrygen => " + root + "\n"
	text := "module example.com/m\n\ngo 1.26.0\n\nrequire github.com/retrygen/retrygen v0.0.0\n\n" + replace
	if heavy {
		text = toolLines.ReplaceAllString(string(mod), "")
		text = strings.Replace(text, "module github.com/retrygen/retrygen/bench", "module example.com/m", 1)
		text = strings.Replace(text, "replace github.com/retrygen/retrygen => ../\n", replace, 1)
	} else {
		sums = filepath.Join(root, "go.sum")
	}
	sum, err := os.ReadFile(sums)
	if err != nil {
		return err
	}
	content = maps.Clone(content)
	content["go.mod"], content["go.sum"] = text, string(sum)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content[name]), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// toolLines are the tools in a go.mod file.
var toolLines = regexp.MustCompile(`(?ms)^tool (\(.*?^\)|\S+)\n`)

// imports of the light workloads.
const imports = "import (\n\t\"context\"\n\t\"database/sql\"\n\t\"net/http\"\n\t\"time\"\n)\n\n"

// kind is the input of stringer, which does not read interfaces.
const kind = "type Kind int\n\nconst (\n\tOne Kind = iota\n\tTwo\n)\n\n"

// methods are the shapes of methods, used in turn.
var methods = []string{
	"\tM%d(ctx context.Context, c *http.Cookie) (http.Header, error)\n",
	"\tM%d(ctx context.Context, d time.Duration, names ...string) (time.Time, error)\n",
	"\tM%d(ctx context.Context, a, b int) error\n",
	"\tM%d(ctx context.Context, query string, n *sql.NullString) (int, map[string]sql.NullInt64, error)\n",
	"\tM%d(ctx context.Context, rows map[string][]byte) ([]sql.NullTime, error)\n",
}

// client writes an annotated interface.
func client(name string, count int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s is a client.\n//\n//retry:exponential-jitter attempts=4 base=50ms\n//retry:breaker failures=5\ntype %s interface {\n", name, name)
	for i := range count {
		fmt.Fprintf(&b, methods[i%len(methods)], i)
	}
	b.WriteString("}\n\n")
	return b.String()
}

// clients writes a package with interfaces of that many methods each, and returns their
// names.
func clients(count, methods int) (text string, names []string) {
	text = "package m\n\n" + imports + kind
	for i := range count {
		names = append(names, fmt.Sprintf("Client%d", i))
		text += client(names[i], methods)
	}
	return text, names
}

// bodies writes functions of about twenty lines each.
func bodies(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "func sum%d(n int) int {\n\ttotal := 0\n", i)
		for j := range 16 {
			fmt.Fprintf(&b, "\tif n %% %d == 0 { total += n * %d }\n", j+2, i)
		}
		b.WriteString("\treturn total\n}\n\n")
	}
	return b.String()
}
