package load

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDropBodies(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"a body", "func f() { g() }\nvar x int\n", "func f() {}\nvar x int\n"},
		{"lines stay where they are", "func f() {\n\tg()\n}\nvar x int\n", "func f() {\n\n}\nvar x int\n"},
		{"a method with results", "func (t *T) f(a int) (b, c int) { return }\n", "func (t *T) f(a int) (b, c int) {}\n"},
		{"types in the signature", "func f(a struct{ b int }) interface{ M() } { return nil }\n", "func f(a struct{ b int }) interface{ M() } {}\n"},
		{"a result that ends like a keyword", "func f() mystruct { return 1 }\n", "func f() mystruct {}\n"},
		{"type parameters", "func f[T interface{ ~int }](t T) map[struct{}]T { return nil }\n", "func f[T interface{ ~int }](t T) map[struct{}]T {}\n"},
		{"a func as result", "func f() func() { return nil }\n", "func f() func() {}\n"},
		{"a signature on several lines", "func f(\n\ta int,\n) {\n}\n", "func f(\n\ta int,\n) {\n}\n"},
		{"no body", "func f()\nfunc g() { h() }\n", "func f()\nfunc g() {}\n"},
		{"no body but a comment", "func f() // { not one\nfunc g() { h() }\n", "func f() // { not one\nfunc g() {}\n"},
		{"no body at the end", "func f()", "func f()"},
		{"braces in strings", "func f() { g(\"}\", '}', `}\n}`, \"\\\"}\", '\\'') }\n", "func f() {\n}\n"},
		{"braces in comments", "func f() { // }\n/* } */ }\n", "func f() {\n}\n"},
		{"functions in strings", "var s = `\nfunc f() { g() }\n`\n", "var s = `\nfunc f() { g() }\n`\n"},
		{"functions in comments", "/*\nfunc f() { g() }\n*/\n", "/*\nfunc f() { g() }\n*/\n"},
		{"the value of a variable", "var f = func() { g() }\n", "var f = func() { g() }\n"},
		{"no end", "func f() { g() }\nfunc h() {", "func f() {}\nfunc h() {"},
		{"a string without end", "func f() { g(\"", "func f() { g(\""},
		{"windows", "func f() {\r\n\tg()\r\n}\r\n", "func f() {\n\n}\r\n"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, string(dropBodies([]byte(tt.src))))
		})
	}
}

// For the standard library, dropBodies leaves the same declarations on the same lines as
// the parser finds.
func TestDropBodiesOfTheStandardLibrary(t *testing.T) {
	n := 0
	for _, pkg := range []string{"archive/zip", "crypto/tls", "go/printer", "net", "net/http", "os", "reflect", "runtime", "syscall", "text/template", "time"} {
		files, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", pkg, "*.go"))
		require.NoError(t, err)
		for _, path := range files {
			src, err := os.ReadFile(path)
			require.NoError(t, err)
			want, got := signatures(t, path, src), signatures(t, path, dropBodies(src))
			require.Equal(t, want, got, path)
			n++
		}
	}
	assert.Greater(t, n, 500, "files")
}

// signatures prints a file without the bodies of its functions.
func signatures(t *testing.T, path string, src []byte) string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
	require.NoError(t, err)
	var out bytes.Buffer
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok {
			f.Body = nil
		}
		out.WriteString(fset.Position(decl.Pos()).String() + " ")
		require.NoError(t, printer.Fprint(&out, fset, decl))
		out.WriteByte('\n')
	}
	return out.String()
}

func FuzzDropBodies(f *testing.F) {
	f.Add("package p\n\nfunc (t T) f(a struct{}) interface{} {\n\treturn `}` + \"}\" // }\n}\n")
	f.Fuzz(func(t *testing.T, src string) {
		out := dropBodies([]byte(src))
		assert.LessOrEqual(t, len(out), len(src))
		assert.Equal(t, bytes.Count([]byte(src), []byte("\n")), bytes.Count(out, []byte("\n")))
	})
}
