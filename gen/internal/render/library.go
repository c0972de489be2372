package render

import (
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/libraries"
)

// sorterFuncs are the funcs of a file that sort errors of libraries, by their names.
type sorterFuncs struct {
	order []*model.Sorter
	names map[*model.Sorter]string
}

// sort is the expression for the Sort of a method.
func (r *renderer) sort(coded []*model.Sorter) literal {
	names := make([]string, len(coded))
	for i, s := range coded {
		names[i] = r.sorterName(s)
	}
	if len(names) == 1 {
		return atom(names[0])
	}
	return atom(r.imports.ref(model.RuntimePath, model.RuntimeName, "SortBy") + "(" + strings.Join(names, ", ") + ")")
}

// sorterName returns the name of the func for a sorter, which the file gets then.
func (r *renderer) sorterName(s *model.Sorter) string {
	if name, ok := r.sorters.names[s]; ok {
		return name
	}
	word := model.UpperFirst(s.Library.Word)
	if len(s.Library.Word) <= len("grpc") && !strings.ContainsAny(s.Library.Word, "aeiou") {
		word = strings.ToUpper(s.Library.Word) // GRPC, SQL
	}
	name := r.imports.taken.Take("sort" + word + "For" + model.UpperFirst(r.w.Name))
	if r.sorters.names == nil {
		r.sorters.names = make(map[*model.Sorter]string)
	}
	r.sorters.order, r.sorters.names[s] = append(r.sorters.order, s), name
	for _, i := range s.Code().Imports {
		r.imports.add(s.Path(i), s.Names[s.Path(i)])
	}
	return name
}

// writeSorters writes the funcs that sort errors.
func (r *renderer) writeSorters() string {
	var b strings.Builder
	for _, s := range r.sorters.order {
		name := r.sorters.names[s]
		text := s.Code().Func(name, func(i libraries.Import) string { return r.imports.given[s.Path(i)] })
		b.WriteString("\n" + strings.Join(comment(name+" "+s.Code().Doc), "\n") + "\n" + text + "\n")
	}
	return b.String()
}

// comment lays a paragraph out as a comment.
func comment(text string) []string {
	lines := slices.Clone(wrap(text))
	for i, line := range lines {
		lines[i] = "// " + line
	}
	return lines
}
