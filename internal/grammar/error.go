package grammar

import (
	"cmp"
	"fmt"
	"slices"
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

// errorf returns the error of one word. Its hint is added with hint.
func errorf(at Word, format string, args ...any) *Error {
	return &Error{Offset: at.Offset, Len: len(at.Text), Msg: fmt.Sprintf(format, args...)}
}

// hint sets the hint and returns the error.
func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// didYouMean hints at the word that is meant, if that is known.
func (e *Error) didYouMean(meant string) *Error {
	if meant != "" {
		e.Hint = fmt.Sprintf("did you mean %q?", meant)
	}
	return e
}

// byOffset sorts errors by place. Two at one place stay in the order in which
// they were found.
func byOffset(errs []*Error) []*Error {
	slices.SortStableFunc(errs, func(a, b *Error) int { return cmp.Compare(a.Offset, b.Offset) })
	return errs
}
