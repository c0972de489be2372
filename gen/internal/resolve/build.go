package resolve

import (
	"go/ast"
	"path/filepath"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/load"
)

// buildConstraint returns the condition under which a source file is built, as an
// expression, or "". It comes from the file's //go:build line, its name and its import of
// C. The output gets the same condition.
func buildConstraint(file *load.File) string {
	terms := namedConstraint(filepath.Base(file.Path))
	if slices.ContainsFunc(file.Syntax.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"C"` }) {
		terms = append(terms, "cgo")
	}
	if expr := goBuild(file.Syntax); expr != "" {
		if len(terms) > 0 && strings.Contains(expr, "||") {
			expr = "(" + expr + ")"
		}
		terms = append([]string{expr}, terms...)
	}
	return strings.Join(terms, " && ")
}

// goBuild returns the expression of a file's //go:build line.
func goBuild(file *ast.File) string {
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, c := range group.List {
			if expr, ok := strings.CutPrefix(c.Text, "//go:build "); ok {
				return strings.TrimSpace(expr)
			}
		}
	}
	return ""
}

// namedConstraint returns the constraints that the name of a file sets: *_GOOS.go,
// *_GOARCH.go or *_GOOS_GOARCH.go.
func namedConstraint(name string) []string {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "_test")
	parts := strings.Split(name, "_")[1:] // the whole name of a file is not a constraint
	if n := len(parts); n >= 2 && slices.Contains(systems, parts[n-2]) && slices.Contains(architectures, parts[n-1]) {
		return parts[n-2:]
	}
	if n := len(parts); n >= 1 && (slices.Contains(systems, parts[n-1]) || slices.Contains(architectures, parts[n-1])) {
		return parts[n-1:]
	}
	return nil
}

// systems and architectures are the names that are constraints in a file's name. They come
// from "go help buildconstraint" and "go tool dist list".
var (
	systems = []string{
		"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl",
		"netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
	}
	architectures = []string{
		"386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le",
		"mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x",
		"sparc", "sparc64", "wasm",
	}
)
