package libraries

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

var update = flag.Bool("update", false, "write docs/libraries.md")

const (
	page   = "../../docs/libraries.md"
	module = "../../libraries" // with interfaces and tests that use the libraries
)

const pageIntro = `# Libraries

<!-- Written from the table in internal/libraries by go test ./internal/libraries -update; edit the table. -->

What an error means is up to the library that returns it. retrygen knows the errors of the libraries below: which of them are
answers of a server that works, which go away, and which are faults. An answer is not retried and does not open a breaker.

A library is recognized by the types in the signatures of an interface. One method that shows it is enough for the whole
interface. The wrapper then gets a func that sorts the errors, with nothing to write. What no signature shows, a directive names:

` + "```go" + `
//retry:exponential-jitter attempts=3
//retry:breaker failures=5
//retry:library mysql
type Accounts interface {
	Balance(ctx context.Context, id string) (int64, error)
}
` + "```" + `

A domain package that should not know its driver gets the same without a directive, by ` + "`retry.Options.Classify`" + ` where the
program makes its wrappers. ` + "`//retry:library off`" + ` switches recognition off, for an interface that is no client of what it mentions. A func of yours (` + "`//retry:classify`" + `) is asked
before the library. ` + "`retrygen explain`" + ` shows which libraries a method knows, and ` + "`retrygen explain -error NotFound`" + ` says
what happens in each method.

Generated code imports only packages that the shown types need anyway, so ` + "`go mod tidy`" + ` and a vendored build do not change. Where
a directive names a library, the module must require it.

Many of these libraries retry by themselves. Three attempts of the library in each of three attempts of a wrapper make nine
requests, so switch one of the two off. Each section says how to switch the library's own retries off.

The classes are those of [the package documentation](https://pkg.go.dev/github.com/retrygen/retrygen/runtime):

| class | retried | the breaker |
|---|---|---|
`

func TestPage(t *testing.T) {
	versions := testedVersions(t)
	var b strings.Builder
	b.WriteString(pageIntro)
	for _, m := range meanings {
		retried := "yes"
		switch {
		case m.Class == "Deadline":
			retried = "if `timeout attempt` is in force"
		case m.Class == "Conflict":
			retried = "yes, but not inside a transaction"
		case m.Class == "Throttled":
			retried = "yes, after the delay that the error asks for"
		case !m.Retried:
			retried = "no"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.Class, retried, m.Vote)
	}
	for l := range All() {
		b.WriteString(section(t, l, versions))
	}
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(b.String()), 0o644))
	}
	written, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, b.String(), string(written), "run go test ./internal/libraries -update")
}

func section(t *testing.T, l *Library, versions map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\nThe word is `%s`.", l.Name, l.Word)
	for _, k := range l.Kinds {
		b.WriteString(" " + kindText(k, versions))
	}
	b.WriteString("\n")
	if l.Note != "" {
		b.WriteString("\n" + l.Note + "\n")
	}
	if l.Switch != "" {
		b.WriteString("\nMind its own retries: " + l.Switch + ".\n")
	}
	var cases []Case
	for _, k := range l.Kinds {
		for _, row := range []*Row{k.SequenceCode(), k.Code()} {
			if row != nil {
				cases = append(cases, row.Cases...)
			}
		}
	}
	b.WriteString("\n| class | errors |\n|---|---|\n" + caseRows(append(cases, l.Spoken...), l.CodeLength))
	b.WriteString("\n```go\n" + example(t, l.Folder) + "\n```\n")
	return b.String()
}

// kindText says how a library is recognized, and with which versions it was tested.
func kindText(k *Kind, versions map[string]string) string {
	if k.Shown == nil {
		return "It is for `" + k.Module + k.Major + "`" + versionText(k, versions) + ", which no type shows."
	}
	var paths []string
	types := make(map[string][]string)
	for _, shown := range k.Shown {
		path := strings.Trim(k.Module+k.Major+"/"+shown.Path, "/")
		if types[path] == nil {
			paths = append(paths, path)
		}
		types[path] = append(types[path], cmp.Or(shown.Names, "any type"))
	}
	var texts []string
	for _, path := range paths {
		text := "`" + strings.Join(types[path], "`, `") + "` of `" + path + "`"
		texts = append(texts, strings.Replace(text, "`any type`", "any type", 1))
	}
	return "It is recognized by " + strings.Join(texts, " and ") + versionText(k, versions) + "."
}

func versionText(k *Kind, versions map[string]string) string {
	text := ""
	version := versions[k.Module+k.Major]
	for _, shown := range k.Shown { // a family of modules
		version = cmp.Or(version, versions[k.Module+"/"+shown.Path])
	}
	if version != "" {
		text = ", tested with " + version
	}
	if k.Oldest != "" {
		text += "; it needs " + k.Oldest + ", because " + k.Why
	}
	return text
}

// testedVersions are the requirements of the module with the tests.
func testedVersions(t *testing.T) map[string]string {
	content, err := os.ReadFile(filepath.Join(module, "go.mod"))
	require.NoError(t, err)
	file, err := modfile.Parse("go.mod", content, nil)
	require.NoError(t, err)
	versions := make(map[string]string)
	for _, r := range file.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	return versions
}

// caseRows are the rows of a table, a class each.
func caseRows(cases []Case, length int) string {
	var b strings.Builder
	classes := []string{ByStatus}
	for _, m := range meanings {
		classes = append(classes, m.Class)
	}
	for _, class := range append(classes[1:], classes[0]) {
		var texts []string
		for _, c := range cases {
			text := cmp.Or(caseText(c, length), "any other error of the library")
			if c.Class == class && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		if texts == nil {
			continue
		}
		if class == ByStatus {
			class = "by the status of HTTP"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", class, strings.Join(texts, "; "))
	}
	return b.String()
}

func caseText(c Case, length int) string {
	var names []string
	for _, name := range c.Names {
		names = append(names, "`"+name+"`")
	}
	for _, prefix := range c.Prefixes {
		names = append(names, "`"+prefix+strings.Repeat("x", length-len(prefix))+"`")
	}
	text := strings.Join(names, " ")
	if len(c.Prefixes) > 0 {
		text = "any other " + text
	}
	switch {
	case c.When == "":
		return text
	case text == "":
		return c.When
	}
	return text + " (" + c.When + ")"
}

// example returns the first interface with directives in a folder, as its source has it. The
// delays of the tests are too short for an example, and what they allow holds for them alone.
func example(t *testing.T, folder string) string {
	names, err := filepath.Glob(filepath.Join(module, folder, "*.go"))
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_retry.go") {
			continue
		}
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, content, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Doc == nil || gen.Tok != token.TYPE {
				continue
			}
			if _, ok := gen.Specs[0].(*ast.TypeSpec).Type.(*ast.InterfaceType); ok {
				text := string(content[fset.Position(gen.Doc.Pos()).Offset:fset.Position(gen.End()).Offset])
				text = regexp.MustCompile(`//retry:allow .*\n`).ReplaceAllString(text, "")
				return strings.ReplaceAll(strings.ReplaceAll(text, " base=1ms", ""), " base=1us", "")
			}
		}
	}
	require.Fail(t, "no interface with directives in "+folder)
	return ""
}
