package directive

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// structName returns the default name of an interface's wrapper.
func structName(iface string) string {
	if ast.IsExported(iface) {
		return "Resilient" + iface
	}
	return "resilient" + model.UpperFirst(iface)
}

// fileName returns the default name of an output.
func fileName(iface string, inTest bool) string {
	if inTest {
		return strings.ToLower(iface) + "_retry_test.go"
	}
	return strings.ToLower(iface) + "_retry.go"
}

// WrapName returns the name of a declaration's wrapper, and the position that chose it: a
// wrap directive, or the interface's name.
func WrapName(d *Declaration) (string, token.Pos) {
	if name, pos, ok := WrapValue(d, "name"); ok {
		return name, pos
	}
	return structName(d.Name()), d.Spec.Name.Pos()
}

// WrapFile is like WrapName for the output file.
func WrapFile(d *Declaration) (string, token.Pos) {
	if file, pos, ok := WrapValue(d, "file"); ok {
		return file, pos
	}
	return fileName(d.Name(), d.File.InTest()), d.Spec.Name.Pos()
}

func WrapValue(d *Declaration, key string) (string, token.Pos, bool) {
	for _, w := range d.Directives {
		if w.Verb.Concern == grammar.ConcernWrap && !w.Broken {
			if value, offset, ok := w.Value(key); ok {
				return value, w.At(offset), true
			}
		}
	}
	return "", token.NoPos, false
}

// Unfit says why a type of a package cannot have a name, or "".
func Unfit(name, pkg string) string {
	switch {
	case !token.IsIdentifier(name) || name == "_":
		return strconv.Quote(name) + " is not a Go identifier"
	case types.Universe.Lookup(name) != nil:
		return name + " is predeclared, and a wrapper with that name would hide it from the package"
	case name == "init", name == "main" && pkg == "main":
		return name + " can only be a func"
	}
	return ""
}
