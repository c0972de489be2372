package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Why a call was given up: the Cause of an [Error], for errors.Is.
var (
	// ErrExhausted: the last attempt that the policy allows has failed.
	ErrExhausted error = cause("attempts exhausted")

	// ErrDeadline: the total timeout or the caller's deadline passed during an
	// attempt, or would pass before the next one. It matches
	// context.DeadlineExceeded too.
	ErrDeadline error = deadline("deadline leaves no time for another attempt")

	// ErrBudget: the retry budget is spent, because too few calls succeed.
	ErrBudget error = cause("retry budget spent")

	// ErrRetryAfter: the server asked for a longer wait than the strategy's max.
	ErrRetryAfter error = cause("server asks for a longer wait than the policy allows")
)

// ErrAttemptTimeout is the context.Cause of an attempt that ran into its own
// timeout, and what the error of such an attempt matches in on, not and the
// built-in classes. It matches context.DeadlineExceeded too.
var ErrAttemptTimeout error = deadline("attempt timed out")

type cause string

func (c cause) Error() string { return string(c) }

// A deadline is a cause that the standard library's ways of asking for a
// timeout recognise.
type deadline string

func (d deadline) Error() string        { return string(d) }
func (d deadline) Is(target error) bool { return target == context.DeadlineExceeded }
func (d deadline) Timeout() bool        { return true }
func (d deadline) Temporary() bool      { return true }

// An Error says that a call was given up. errors.Is and errors.As see its
// Cause, its Last and, where the context ended the call, ctx.Err(); ErrDeadline also
// where the caller's deadline has a cause of its own, which then is the Cause.
type Error struct {
	Method   string        // "PaymentClient.Charge"
	Attempts int           // how often the method was called; zero when the context was done before
	Elapsed  time.Duration // since the first attempt failed, or had a result that was not good yet; zero when none did
	Cause    error         // why there was no further attempt, never nil
	Last     error         // what the method returned last; nil when it was not called, or its result was not good yet

	ended      error // ctx.Err() of the context that ended the call
	unanswered bool  // the method has not returned
}

// Error returns the method, the number of attempts, the cause and the last error.
func (e *Error) Error() string {
	last := e.Last
	switch {
	case last != nil:
	case e.unanswered:
		last = errNoAnswer
	default:
		last = (*pending)(nil)
	}
	switch e.Attempts {
	case 0:
		return fmt.Sprintf("%s: not attempted: %v", e.Method, e.Cause)
	case 1:
		return fmt.Sprintf("%s: gave up after 1 attempt: %v: %v", e.Method, e.Cause, last)
	default:
		return fmt.Sprintf("%s: gave up after %d attempts in %v: %v: %v",
			e.Method, e.Attempts, e.Elapsed.Round(time.Millisecond), e.Cause, last)
	}
}

// Unwrap returns Cause, Last and the error of the context that ended the call, without
// those that are nil, and ErrDeadline where that was a deadline.
func (e *Error) Unwrap() []error {
	tree := make([]error, 0, 4)
	for _, err := range []error{e.Cause, e.Last, e.ended} {
		if err != nil {
			tree = append(tree, err)
		}
	}
	if e.ended == context.DeadlineExceeded {
		tree = append(tree, ErrDeadline) // the Cause may be one that the caller has given
	}
	return tree
}

// Permanent marks an error that no further attempt can mend: the call stops and
// returns it as it is, and the breaker counts a success, because the dependency
// has answered. A network error and an attempt timeout stay failures for the
// breaker, mark or no mark. Permanent(nil) is nil. errors.Is and errors.As see err.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

type permanent struct{ err error }

func (p *permanent) Error() string { return p.err.Error() }
func (p *permanent) Unwrap() error { return p.err }

// attemptTimeout is what predicates see of an attempt that ran into its own
// timeout, because what the method returned may not tell.
type attemptTimeout struct{ err error }

func (t *attemptTimeout) Error() string   { return ErrAttemptTimeout.Error() + ": " + t.err.Error() }
func (t *attemptTimeout) Unwrap() []error { return []error{ErrAttemptTimeout, t.err} }

// errNoAnswer stands for the error of a method that has not returned.
var errNoAnswer = errors.New("no answer")

// stopCause is why a context that is done ends the call.
func stopCause(ctx context.Context) error {
	if c := context.Cause(ctx); c != context.DeadlineExceeded {
		return c
	}
	return ErrDeadline
}
