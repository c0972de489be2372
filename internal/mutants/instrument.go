package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// environment names the variable that holds the number of the mutant to switch on.
const environment = "RETRYGEN_MUTANT"

// switchFile is added to each package. The linker cannot know the number, so all
// mutants stay in the binary.
const switchFile = `package %s

import (
	"os"
	"strconv"
)

var mutantOn = readMutant()

func readMutant() int {
	n, _ := strconv.Atoi(os.Getenv("` + environment + `")) // without one, none is on
	return n
}
`

// A writer writes a file in which each mutant can be switched on.
type writer struct {
	text   []byte
	groups []*group
	out    strings.Builder
	spans  []span
}

// A span is what a mutant or a group has become in the output.
type span struct {
	start, end int
	group      *group
	mutant     *mutant // nil: all of the group
}

// instrument returns the source with its mutants.
func (f *source) instrument() (string, []span) {
	slices.SortStableFunc(f.groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.kind, b.kind))
	})
	w := writer{text: f.text, groups: f.groups}
	w.write(0, len(f.text))
	return w.out.String(), w.spans
}

// write copies a part of the source, with the groups in it.
func (w *writer) write(start, end int) {
	for len(w.groups) > 0 && w.groups[0].start < end {
		g := w.groups[0]
		w.groups = w.groups[1:]
		w.out.Write(w.text[start:g.start])
		w.group(g)
		start = g.end
	}
	w.out.Write(w.text[start:end])
}

func (w *writer) group(g *group) {
	if len(g.mutants) == 0 {
		w.write(g.start, g.end)
		return
	}
	began := w.out.Len()
	switch g.kind {
	case statement:
		for _, m := range g.mutants {
			w.printf("if mutantOn == %d { ", m.number)
			w.mutant(g, m)
			w.printf(" } else ")
		}
		w.printf("{ ")
		w.write(g.start, g.end)
		w.printf(" }")
	case condition:
		w.printf("(")
		for _, m := range g.mutants {
			w.printf("mutantOn == %d && (", m.number)
			w.mutant(g, m)
			w.printf(") || ")
		}
		for _, m := range g.mutants {
			w.printf("mutantOn != %d && ", m.number)
		}
		w.printf("(")
		w.write(g.start, g.end)
		w.printf("))")
	case value:
		w.printf("func() %s { ", g.typ)
		for _, m := range g.mutants {
			w.printf("if mutantOn == %d { return ", m.number)
			w.mutant(g, m)
			w.printf(" }; ")
		}
		w.printf("return ")
		w.write(g.start, g.end)
		w.printf(" }()")
	}
	w.spans = append(w.spans, span{start: began, end: w.out.Len(), group: g})
}

// mutant writes what replaces the source. No other mutant is on then, so it holds none.
func (w *writer) mutant(g *group, m *mutant) {
	began := w.out.Len()
	w.out.WriteString(m.text)
	w.spans = append(w.spans, span{start: began, end: w.out.Len(), group: g, mutant: m})
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

// dropInvalid takes away the mutants with which the package does not compile.
func (t *target) dropInvalid() error {
	const most = 100 // rounds; each takes away at least one
	for range most {
		faults, err := t.check()
		if err != nil || len(faults) == 0 {
			return err
		}
		for _, f := range faults {
			s, ok := f.innermost()
			if !ok {
				return fmt.Errorf("%s: broken in all ways at once, it does not compile: %w", t.folder, f.err)
			}
			s.drop()
		}
	}
	return fmt.Errorf("%s: broken in all ways at once, it does not compile", t.folder)
}

// A fault is an error of the type checker.
type fault struct {
	err    error
	offset int
	spans  []span // of the file
}

// check type-checks the package with its mutants.
func (t *target) check() ([]fault, error) {
	fset := token.NewFileSet()
	spans := make(map[string][]span)
	var files []*ast.File
	for _, f := range t.files {
		text, where := f.instrument()
		spans[f.name] = where
		syntax, err := parser.ParseFile(fset, f.name, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("broken in all ways at once: %w", err)
		}
		files = append(files, syntax)
	}
	stub, err := parser.ParseFile(fset, "mutanton.go", "package "+t.pkg.Name()+"\n\nvar mutantOn int\n", 0)
	if err != nil {
		return nil, err
	}
	var faults []fault
	config := types.Config{
		Importer: t,
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) {
				at := e.Fset.Position(e.Pos)
				faults = append(faults, fault{err: err, offset: at.Offset, spans: spans[at.Filename]})
			}
		},
	}
	_, err = config.Check(t.path, fset, append(files, stub), nil)
	if err != nil && len(faults) == 0 {
		return nil, err
	}
	return faults, nil
}

// Import returns what the package imports, as it was loaded.
func (t *target) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := t.deps[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("package %s is not loaded", path)
}

// innermost returns the mutant that the error is in, or else the innermost group.
func (f fault) innermost() (best span, ok bool) {
	for _, s := range f.spans {
		if s.start <= f.offset && f.offset < s.end && (!ok || s.end-s.start < best.end-best.start) {
			best, ok = s, true
		}
	}
	return best, ok
}

// drop takes the mutant away, or all of the group.
func (s span) drop() {
	s.group.mutants = slices.DeleteFunc(s.group.mutants, func(m *mutant) bool { return s.mutant == nil || m == s.mutant })
}
