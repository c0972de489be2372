package model

import (
	"slices"

	"github.com/retrygen/retrygen/internal/libraries"
)

// A Sorter sorts the errors of a library. The methods of a wrapper share it.
type Sorter struct {
	Library *libraries.Library
	Kind    *libraries.Kind
	Major   string            // the suffix of the module's path, such as /v9
	Names   map[string]string // names of the packages that the code imports, by path
}

// Rows returns the code of the sorter.
func (s *Sorter) Rows() []*libraries.Row {
	rows := []*libraries.Row{s.Kind.Code(), s.Kind.SequenceCode()}
	return slices.DeleteFunc(rows, func(row *libraries.Row) bool { return row == nil })
}

// Imports returns the packages that the code of the sorter imports.
func (s *Sorter) Imports() []libraries.Import {
	var list []libraries.Import
	for _, row := range s.Rows() {
		list = append(list, row.Imports...)
	}
	return list
}

// Path returns the path of a package that the code imports.
func (s *Sorter) Path(i libraries.Import) string { return s.Kind.Path(i, s.Major) }
