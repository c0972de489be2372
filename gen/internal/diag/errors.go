// Package diag holds the errors of the generator and the words in which it says them.
//
// What comes in is a position, a message and a hint; what goes out is a sorted list of
// errors. It knows nothing of directives, policies or Go types.
package diag

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// An Error is one mistake in the input of the generator, at the word that is wrong.
// Pos is zero when the mistake is in no file.
type Error struct {
	Pos  token.Position
	Msg  string // lower case, no full stop
	Hint string // how to correct it; empty when no correction is likely
}

// Error returns "file:line:col: message", and the hint on a line of its own.
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

// Sorted returns the list by file, line and column, without repetitions.
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
