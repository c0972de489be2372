// Package diag collects the errors of the generator and helps to word them.
//
// It takes positions, messages and hints, and returns a sorted list of errors. It does not
// know directives, policies or Go types.
package diag

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// An Error is one mistake in the input of the generator. Pos is the position of the wrong
// word, and zero if the mistake is not in a file.
type Error struct {
	Pos  token.Position
	Msg  string // lower case, no full stop
	Hint string // how to correct it; empty if no correction is likely
}

// Error returns "file:line:col: message", with the hint on a second line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Pos.IsValid() || e.Pos.Filename != "" {
		fmt.Fprintf(&b, "%s: ", e.Pos)
	}
	b.WriteString(e.Msg)
	if e.Hint != "" {
		b.WriteString("\n\thint: ")
		b.WriteString(e.Hint)
	}
	return b.String()
}

// Errors are all mistakes of one run.
type Errors []*Error

func (list Errors) Error() string {
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Sorted returns the errors ordered by file, line and column, without duplicates.
func (list Errors) Sorted() Errors {
	slices.SortStableFunc(list, func(a, b *Error) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Msg, b.Msg),
		)
	})
	return slices.CompactFunc(list, func(a, b *Error) bool { return a.Error() == b.Error() })
}
