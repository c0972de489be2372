package grammar

import (
	"cmp"
	"fmt"
	"slices"
)

// An Error is one mistake in a text.
type Error struct {
	Offset int    // of the bad word, in bytes from the start of the text
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

// errorf returns the error for one word, without a hint.
func errorf(at Word, format string, args ...any) *Error {
	return &Error{Offset: at.Offset, Len: len(at.Text), Msg: fmt.Sprintf(format, args...)}
}

// hint sets the hint and returns the error.
func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// didYouMean sets the hint to the word that was probably meant, unless it is empty.
func (e *Error) didYouMean(meant string) *Error {
	if meant != "" {
		e.Hint = fmt.Sprintf("did you mean %q?", meant)
	}
	return e
}

// byOffset sorts errors by offset. Errors at the same offset keep their order.
func byOffset(errs []*Error) []*Error {
	slices.SortStableFunc(errs, func(a, b *Error) int { return cmp.Compare(a.Offset, b.Offset) })
	return errs
}
