package shape

import (
	"go/types"
	"slices"
	"strings"
)

// A Field is a field of a parameter, or of its elements, that the first attempt may use up.
// What it holds is known only at run time.
type Field struct {
	Path []Step // from the parameter to the field
}

// A Step leads from a value to a part of it.
type Step struct {
	Kind StepKind
	Var  *types.Var // the field of StepField
	To   types.Type // of the part
}

// A StepKind is the way from a value to a part of it.
type StepKind int

// The ways from a value to a part of it.
const (
	StepField   StepKind = iota // to a field of a struct
	StepPointer                 // to what a pointer points to, unless it is nil
	StepEach                    // to each element of a slice, an array or a map
)

// Name returns the path of the field below its parameter, as in Body.
func (f Field) Name() string {
	var names []string
	for _, step := range f.Path {
		if step.Kind == StepField {
			names = append(names, step.Var.Name())
		}
	}
	return strings.Join(names, ".")
}

// Type returns the type of the field.
func (f Field) Type() types.Type { return f.Path[len(f.Path)-1].To }

// MaySeek reports whether a value of the field may be an io.Seeker.
func (f Field) MaySeek() bool { return types.IsInterface(f.Type()) }

// FieldsUsedUp returns the exported fields of a parameter that the first attempt may use
// up: interfaces that are readers or iterators, channels except those of struct{}, and
// iterator funcs. It looks two structs deep, through pointers, slices, arrays and maps, but
// not into structs of the standard library except a few.
func FieldsUsedUp(t types.Type) []Field {
	var w fieldWalk
	w.walk(t, nil, 0, nil)
	return w.found
}

// A fieldWalk collects the fields below a parameter.
type fieldWalk struct{ found []Field }

// walk looks at a value of type t at the end of a path, below that many structs. It has
// seen other types since the last of them.
func (w *fieldWalk) walk(t types.Type, path []Step, structs int, seen []types.Type) {
	const deepest = 2
	t = types.Unalias(t)
	if structs > 0 && fieldUsedUp(t) {
		w.found = append(w.found, Field{path})
		return
	}
	if IsTypeParam(t) || slices.Contains(seen, t) {
		return
	}
	seen = append(seen, t)
	to := func(kind StepKind, v *types.Var, part types.Type) []Step {
		return append(slices.Clone(path), Step{kind, v, part})
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		w.walk(u.Elem(), to(StepPointer, nil, u.Elem()), structs, seen)
	case *types.Struct:
		if structs == deepest || opaque(t) {
			return
		}
		for v := range u.Fields() {
			if v.Exported() {
				w.walk(v.Type(), to(StepField, v, v.Type()), structs+1, nil)
			}
		}
	default:
		if elem := elementOf(t); elem != nil {
			w.walk(elem, to(StepEach, nil, elem), structs, seen)
		}
	}
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
