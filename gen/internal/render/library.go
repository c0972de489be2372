package render

import (
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/libraries"
)

// A sorterFunc is a func of the file that sorts errors of a library.
type sorterFunc struct {
	name   string
	row    *libraries.Row
	sorter *model.Sorter
}

// sorts are the funcs that sort the errors of a method, in the order in which they are asked.
func (r *renderer) sorts(m *model.Method) []string {
	var names []string
	for _, s := range m.Sorters {
		if row := s.Kind.SequenceCode(); row != nil && m.Waits {
			names = append(names, r.sorterFunc(s, row))
		}
		if row := s.Kind.Code(); row != nil {
			names = append(names, r.sorterFunc(s, row))
		}
		if s.Kind.Func != "" {
			names = append(names, r.imports.ref(model.RequestPath, "httpretry", s.Kind.Func))
		}
	}
	return names
}

// sort is the expression that asks funcs about the errors of a method.
func (r *renderer) sort(names []string) literal {
	if len(names) == 1 {
		return atom(names[0])
	}
	return atom(r.imports.ref(model.RuntimePath, model.RuntimeName, "SortBy") + "(" + strings.Join(names, ", ") + ")")
}

// sorterFunc returns the name of the func for a row, which the file gets then.
func (r *renderer) sorterFunc(s *model.Sorter, row *libraries.Row) string {
	i := slices.IndexFunc(r.sorters, func(f sorterFunc) bool { return f.row == row && f.sorter.Major == s.Major })
	if i >= 0 {
		return r.sorters[i].name
	}
	name := r.imports.taken.Take(row.Name + "For" + model.UpperFirst(r.w.Name))
	r.sorters = append(r.sorters, sorterFunc{name, row, s})
	for _, i := range row.Imports {
		r.imports.add(s.Path(i), s.Names[s.Path(i)])
	}
	return name
}

// hideLocals keeps imports from getting names that local variables of sorters have.
func (r *renderer) hideLocals() {
	for _, m := range r.w.Methods {
		for _, s := range m.Sorters {
			for _, row := range s.Rows() {
				for _, name := range row.Locals {
					r.imports.hidden[name] = true
				}
			}
		}
	}
}

// sorterCode is the code of the funcs that sort errors.
func (r *renderer) sorterCode() string {
	var b strings.Builder
	for _, f := range r.sorters {
		text := f.row.Func(f.name, func(i libraries.Import) string { return r.imports.given[f.sorter.Path(i)] })
		b.WriteString("\n")
		for _, line := range wrap(f.name + " " + f.row.Doc) {
			b.WriteString("// " + line + "\n")
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}
