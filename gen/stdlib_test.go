package gen_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"

	"github.com/retrygen/retrygen/gen"
)

// A stdInterface is an interface of the standard library, with the directives of an
// interface that embeds it.
type stdInterface struct {
	pkg, name  string
	methods    int
	failing    int // methods whose last result is an error
	directives []string
	refused    string // why the last directive was removed
}

// A reason is why an interface may be refused.
type reason struct {
	name string
	sign *regexp.Regexp // in the message
}

// reasons are all reasons that are expected for interfaces of the standard library.
var reasons = []reason{
	{"may move a part of the data", regexp.MustCompile(`inherits a strategy from the type, but may move a part of the data`)},
	{"uses up a parameter", regexp.MustCompile(`the first attempt of \w+ (uses up .+, so a retry would find nothing|writes to .+, and a retry would write again): it is `)},
	{"has no method that fails", regexp.MustCompile(`nothing in \w+ can be wrapped: no method has a directive in force`)},
}

// Every interface of the standard library that another package can implement gets a wrapper
// that compiles, or is refused for a known reason.
func TestStandardLibrary(t *testing.T) {
	interfaces := stdInterfaces(t)
	dir := newModule(t)
	for _, i := range interfaces {
		i.write(t, dir)
	}
	// An interface that is refused with a strategy is tried without, and then left out.
	result := generate(t, dir, interfaces)
	for result == nil {
		result = generate(t, dir, interfaces)
	}
	for _, file := range result.Files {
		require.NoError(t, os.WriteFile(file.Path, file.Content, 0o644))
	}
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %s\n%s", args[0], out)
	}

	count := countOf(interfaces)
	t.Log(count)
	assert.Len(t, result.Files, count.full+count.partly)
	assert.Empty(t, result.Orphans)
	// The test must not pass because it finds no interfaces.
	assert.GreaterOrEqual(t, count.full, 60)
	assert.GreaterOrEqual(t, count.full+count.partly, 100)
	assert.GreaterOrEqual(t, count.passed, 50)
	for _, r := range reasons {
		assert.NotZero(t, count.refused[r.name], "nothing is refused any more because it %s", r.name)
	}
}

// stdInterfaces returns the interfaces that can be embedded, ordered by package and name.
func stdInterfaces(t *testing.T) []*stdInterface {
	t.Helper()
	list, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedExportFile | packages.NeedTypes}, "std")
	require.NoError(t, err)
	var found []*stdInterface
	for _, pkg := range list {
		path := strings.Split(pkg.PkgPath, "/")
		if pkg.PkgPath == "unsafe" || path[0] == "vendor" || slices.Contains(path, "internal") {
			continue
		}
		require.NotNil(t, pkg.Types, pkg.PkgPath)
		for _, name := range pkg.Types.Scope().Names() {
			obj, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName)
			if !ok || !obj.Exported() || isGeneric(obj.Type()) {
				continue
			}
			iface, ok := obj.Type().Underlying().(*types.Interface)
			if !ok || !iface.IsMethodSet() || iface.NumMethods() == 0 {
				continue
			}
			i := &stdInterface{pkg: pkg.PkgPath, name: name, directives: []string{"breaker", "simple"}}
			canHave := true
			for m := range iface.Methods() {
				canHave = canHave && m.Exported()
				i.methods++
				if n := m.Signature().Results().Len(); n > 0 && m.Signature().Results().At(n-1).Type() == types.Universe.Lookup("error").Type() {
					i.failing++
				}
			}
			if canHave {
				found = append(found, i)
			}
		}
	}
	return found
}

func isGeneric(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && named.TypeParams().Len() > 0
}

// newModule makes a module that requires this one.
func newModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/std\n\ngo 1.26.0\n\n"+
		"require github.com/retrygen/retrygen v0.0.0\n\nreplace github.com/retrygen/retrygen => "+root+"\n"), 0o644))
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOWORK", "off")
	return dir
}

// file returns where the interface is embedded: each package of the standard library gets a
// package, and each interface a file.
func (i *stdInterface) file(dir string) string {
	return filepath.Join(dir, "of", filepath.FromSlash(i.pkg), strings.ToLower(i.name)+"_std.go")
}

// write embeds the interface with the directives that are left, or removes its file.
func (i *stdInterface) write(t *testing.T, dir string) {
	t.Helper()
	path := i.file(dir)
	if len(i.directives) == 0 {
		require.NoError(t, os.Remove(path))
		return
	}
	var src bytes.Buffer
	fmt.Fprintf(&src, "package std\n\nimport std %q\n\n", i.pkg)
	for _, d := range i.directives {
		fmt.Fprintf(&src, "//retry:%s\n", d)
	}
	fmt.Fprintf(&src, "type %s interface{ std.%[1]s }\n", i.name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, src.Bytes(), 0o644))
}

// generate generates the wrappers of a module. On errors, it removes the last directive of
// each interface that caused one, and returns nil.
func generate(t *testing.T, dir string, interfaces []*stdInterface) *gen.Result {
	t.Helper()
	result, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: []string{"./..."}})
	if err == nil {
		return result
	}
	list, ok := errors.AsType[gen.Errors](err)
	require.True(t, ok, err)
	inTheWay := make(map[*stdInterface]bool)
	for _, e := range list {
		at := slices.IndexFunc(interfaces, func(i *stdInterface) bool { return i.file(dir) == e.Pos.Filename })
		require.GreaterOrEqual(t, at, 0, "not in a file of this test: %v", e)
		why := slices.IndexFunc(reasons, func(r reason) bool { return r.sign.MatchString(e.Msg) })
		require.GreaterOrEqual(t, why, 0, "an unknown reason: %v", e)
		interfaces[at].refused = reasons[why].name
		inTheWay[interfaces[at]] = true
	}
	for i := range inTheWay {
		i.directives = i.directives[:len(i.directives)-1]
		i.write(t, dir)
	}
	return nil
}

// A stdCount counts what became of the interfaces.
type stdCount struct {
	full, partly, none int            // interfaces by the directives that are left: both, a breaker, none
	wrapped, passed    int            // methods of wrappers that act and that pass through
	refused            map[string]int // interfaces that lost a directive, by reason
}

func countOf(interfaces []*stdInterface) stdCount {
	c := stdCount{refused: make(map[string]int)}
	for _, i := range interfaces {
		switch len(i.directives) {
		case 2:
			c.full++
		case 1:
			c.partly++
		default:
			c.none++
		}
		if i.refused != "" {
			c.refused[i.refused]++
		}
		if len(i.directives) > 0 {
			c.wrapped += i.failing
			c.passed += i.methods - i.failing
		}
	}
	return c
}

func (c stdCount) String() string {
	s := fmt.Sprintf("%d interfaces wrapped with a strategy and a breaker, %d with a breaker alone, %d not at all; %d methods wrapped, %d passed through",
		c.full, c.partly, c.none, c.wrapped, c.passed)
	for _, name := range slices.Sorted(maps.Keys(c.refused)) {
		s += fmt.Sprintf("\nrefused because it %s: %d", name, c.refused[name])
	}
	return s
}
