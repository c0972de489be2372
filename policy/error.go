package policy

import (
	"errors"
	"strings"
)

// An Error is one thing that is wrong in a text, at the word that is wrong.
type Error struct {
	Offset int    // of the word, in bytes from the start of the text
	Len    int    // of the word, in bytes; zero where a word is missing
	Msg    string // lower case, no full stop
	Hint   string // the likely mend; empty when none is likely
}

// Error returns the message and the hint in one line.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Msg
	}
	return e.Msg + "; hint: " + e.Hint
}

// Errors returns the errors that an error of Parse or ParseOverrides is made of.
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

// Position returns the line and the column, in bytes, of an error in the text that
// it was found in. Both count from 1.
func (e *Error) Position(text string) (line, column int) {
	before := text[:min(e.Offset, len(text))]
	return 1 + strings.Count(before, "\n"), len(before) - strings.LastIndexByte(before, '\n')
}

func errorf(offset int, word, msg, hint string) *Error {
	return &Error{Offset: offset, Len: len(word), Msg: msg, Hint: hint}
}

// join returns the only error, or all of them as one.
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
