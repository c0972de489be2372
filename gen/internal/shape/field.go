package shape

import (
	"go/types"
	"slices"
	"strings"
)

// A Field is a field of a parameter that the first attempt may use up. What it holds is
// known only at run time.
type Field struct {
	Path []*types.Var // from the parameter to the field: one or two
}

// Name returns the path of the field below its parameter, as in Body.
func (f Field) Name() string {
	names := make([]string, len(f.Path))
	for i, v := range f.Path {
		names[i] = v.Name()
	}
	return strings.Join(names, ".")
}

// Type returns the type of the field.
func (f Field) Type() types.Type { return f.Path[len(f.Path)-1].Type() }

// Guards returns how many of the steps to the field go through a pointer that may be nil:
// the parameter itself, and the struct in it.
func (f Field) Guards(param types.Type) []bool {
	list := []bool{isPointer(param)}
	if len(f.Path) > 1 {
		list = append(list, isPointer(f.Path[0].Type()))
	}
	return list
}

// MaySeek reports whether a value of the field may be an io.Seeker.
func (f Field) MaySeek() bool { return types.IsInterface(f.Type()) }

// FieldsUsedUp returns the exported fields of a struct, or of a pointer to one, that the
// first attempt may use up: interfaces that are readers or iterators, channels except
// those of struct{}, and iterator funcs. It looks two structs deep, but not into those of
// the standard library except a few.
func FieldsUsedUp(t types.Type) []Field { return fieldsIn(t, nil) }

func fieldsIn(t types.Type, above []*types.Var) []Field {
	const deepest = 2
	t = pointee(types.Unalias(t))
	s, ok := t.Underlying().(*types.Struct)
	if !ok || len(above) == deepest || IsTypeParam(t) || opaque(t) {
		return nil
	}
	var list []Field
	for v := range s.Fields() {
		if !v.Exported() {
			continue
		}
		path := append(slices.Clone(above), v)
		switch {
		case fieldUsedUp(v.Type()):
			list = append(list, Field{path})
		default:
			list = append(list, fieldsIn(v.Type(), path)...)
		}
	}
	return list
}

func fieldUsedUp(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return !IsTypeParam(t) && (has(t, "Read", readSignature) || has(t, "Next", nextSignature))
	case *types.Chan:
		return !emptyStruct(u.Elem())
	case *types.Signature:
		return iterates(u)
	}
	return false
}

// opaque reports whether a type is a struct of the standard library whose fields are not
// the input of a call, such as the source of randomness in a tls.Config.
func opaque(t types.Type) bool {
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	first, _, _ := strings.Cut(named.Obj().Pkg().Path(), "/")
	open := isNamed(t, "os/exec", "Cmd") || isNamed(t, "net/http", "Request") || isNamed(t, "net/http", "Response")
	return slices.Contains(standardRoots, first) && !open
}

// standardRoots are the first words of the import paths of the standard library.
var standardRoots = []string{
	"archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug", "embed", "encoding",
	"errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "io", "iter", "log", "maps", "math", "mime", "net",
	"os", "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall",
	"testing", "text", "time", "unicode", "unique", "unsafe", "weak",
}

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}
