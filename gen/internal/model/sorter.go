package model

import "github.com/retrygen/retrygen/internal/libraries"

// A Sorter sorts the errors of a library. The methods of a wrapper share it.
type Sorter struct {
	Library *libraries.Library
	Kind    *libraries.Kind
	Major   string            // the suffix of the module's path, such as /v9
	Names   map[string]string // names of the packages that the code imports, by path
}

// Code returns the code of the sorter, or nil if the errors of the library speak for
// themselves.
func (s *Sorter) Code() *libraries.Row { return s.Kind.Code() }

// Path returns the path of a package that the code imports.
func (s *Sorter) Path(i libraries.Import) string { return s.Kind.Path(i, s.Major) }

// Coded returns the sorters that have code.
func (m *Method) Coded() []*Sorter {
	var list []*Sorter
	for _, s := range m.Sorters {
		if s.Code() != nil {
			list = append(list, s)
		}
	}
	return list
}
