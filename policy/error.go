package policy

import (
	"errors"
	"strings"

	"github.com/retrygen/retrygen/internal/grammar"
)

// An Error is one mistake in a text, at the bad word.
type Error struct {
	Offset int    // of the word, in bytes from the start of the text
	Len    int    // of the word, in bytes; zero when a word is missing
	Msg    string // lower case, no full stop
	Hint   string // the likely fix; empty when there is none
}

// Error returns the message and the hint on one line.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Msg
	}
	return e.Msg + "; hint: " + e.Hint
}

// Errors lists the errors that an error of [Parse] or [ParseOverrides] consists of.
func Errors(err error) []*Error {
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	var all []*Error
	for _, err := range list {
		if e, ok := errors.AsType[*Error](err); ok {
			all = append(all, e)
		}
	}
	return all
}

// Position returns the line and the column of the error in the parsed text. Both count
// from 1, and a column is a byte.
func (e *Error) Position(text string) (line, column int) {
	before := text[:min(e.Offset, len(text))]
	return 1 + strings.Count(before, "\n"), len(before) - strings.LastIndexByte(before, '\n')
}

func errorf(offset int, word, msg, hint string) *Error {
	return &Error{Offset: offset, Len: len(word), Msg: msg, Hint: hint}
}

// converted returns errors of package grammar as those of this package.
func converted(faults []*grammar.Error) []*Error {
	errs := make([]*Error, len(faults))
	for i, fault := range faults {
		errs[i] = (*Error)(fault)
	}
	return errs
}

// join returns a single error as it is, joins several, and returns nil for none.
func join(errs []*Error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	all := make([]error, len(errs))
	for i, err := range errs {
		all[i] = err
	}
	return errors.Join(all...)
}
