package retry

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

// standIn fills in a *textual, and counts how often it is asked.
type standIn struct{ asked *int }

type textual struct{ text string }

func (*textual) Error() string { return "textual" }

func (s *standIn) Error() string { return "stand-in" }

func (s *standIn) As(target any) bool {
	*s.asked++
	to, ok := target.(**textual)
	if ok {
		*to = &textual{"filled in"}
	}
	return ok
}

// An As method answers in place of an error, and the first answer is enough. That of a nil
// pointer is not called.
func TestHollowAsksAs(t *testing.T) {
	asked := 0
	last := &textual{"last"}
	err := &hollow{errors.Join((*standIn)(nil), &standIn{&asked}, &standIn{&asked}, last)}
	got, ok := errors.AsType[*textual](error(err))
	assert.True(t, ok)
	assert.Equal(t, "filled in", got.text)
	assert.Equal(t, 1, asked)
	_, ok = errors.AsType[*pathless](error(err))
	assert.False(t, ok)
	assert.Equal(t, 3, asked, "both are asked, and neither knows")
}

// endless wraps an error even if it is a nil pointer.
type endless struct{}

func (*endless) Error() string { return "endless" }
func (*endless) Unwrap() error { return io.EOF }

// A look that has found what it wants ends, however deep in the tree it is.
func TestLookEndsInABranch(t *testing.T) {
	assert.True(t, contains(errors.Join(errors.Join(io.EOF, errFlaky), errFlaky), io.EOF))
	var seen []error
	for err := range tree(list{list{io.EOF, errFlaky}, errFlaky}) {
		if seen = append(seen, err); err == io.EOF {
			break
		}
	}
	assert.Len(t, seen, 3)
}

func TestNilPointerWrapsNothing(t *testing.T) {
	assert.True(t, contains(&endless{}, io.EOF))
	assert.False(t, contains((*endless)(nil), io.EOF))
}

// The errors of timeouts answer as those of package net do.
func TestTimeoutsAreTemporary(t *testing.T) {
	for _, err := range []error{ErrDeadline, ErrAttemptTimeout} {
		asked, ok := err.(interface {
			Timeout() bool
			Temporary() bool
		})
		assert.True(t, ok)
		assert.True(t, asked.Timeout())
		assert.True(t, asked.Temporary())
	}
}
