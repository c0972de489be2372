package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// These are why a call was given up: the Cause of an [Error], for errors.Is.
var (
	// ErrExhausted: the last attempt that the policy allows failed.
	ErrExhausted error = cause("attempts exhausted")

	// ErrDeadline: the total timeout or the caller's deadline passed, or would pass before
	// the next attempt. The text of the Error says which. It matches
	// context.DeadlineExceeded, too.
	ErrDeadline error = deadline("no time left before the deadline")

	// ErrBudget: the retry budget is spent, because too few calls succeed.
	ErrBudget error = cause("retry budget spent")

	// ErrRetryAfter: the server asked for a longer wait than the strategy's max.
	ErrRetryAfter error = cause("server asks for a longer wait than the policy allows")
)

// ErrAttemptTimeout is the context.Cause of an attempt that ran into its own timeout. The
// error of such an attempt matches it in on, in not and in the built-in classes. It matches
// context.DeadlineExceeded, too.
var ErrAttemptTimeout error = deadline("attempt timed out")

type cause string

func (c cause) Error() string { return string(c) }

// A deadline is a cause that code recognises as a timeout if it asks in the ways of the
// standard library.
type deadline string

func (d deadline) Error() string        { return string(d) }
func (d deadline) Is(target error) bool { return target == context.DeadlineExceeded }
func (d deadline) Timeout() bool        { return true }
func (d deadline) Temporary() bool      { return true }

// An Error says that a call was given up. errors.Is and errors.As see its Cause, its Last
// and, if the context ended the call, ctx.Err(). If the caller's deadline has a cause of
// its own, that is the Cause, and errors.Is sees ErrDeadline as well.
type Error struct {
	Method   string        // "PaymentClient.Charge"
	Attempts int           // how often the method was called; zero if the context was done before
	Elapsed  time.Duration // since the first attempt failed, or had a result that was not good yet; zero if none did
	Cause    error         // why there was no further attempt; never nil
	Last     error         // what the method returned last; nil if it was not called, or its result was not good yet

	ended      error  // ctx.Err() of the context that ended the call
	late       string // ErrDeadline in words, with whose deadline it was
	unanswered bool   // the method has not returned
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
	var why any = e.Cause
	if e.late != "" && e.Cause == ErrDeadline {
		why = e.late
	}
	switch e.Attempts {
	case 0:
		return fmt.Sprintf("%s: not attempted: %v", e.Method, why)
	case 1:
		return fmt.Sprintf("%s: gave up after 1 attempt: %v: %v", e.Method, why, last)
	default:
		return fmt.Sprintf("%s: gave up after %d attempts in %v: %v: %v",
			e.Method, e.Attempts, e.Elapsed.Round(time.Millisecond), why, last)
	}
}

// Unwrap returns those of Cause, Last and the error of the context that ended the call that
// are not nil. If that was a deadline, it returns ErrDeadline as well.
func (e *Error) Unwrap() []error {
	tree := make([]error, 0, 4)
	for _, err := range []error{e.Cause, e.Last, e.ended} {
		if err != nil {
			tree = append(tree, err)
		}
	}
	if e.ended == context.DeadlineExceeded {
		tree = append(tree, ErrDeadline) // the Cause may be the caller's own
	}
	return tree
}

// Permanent marks an error that another attempt cannot mend. The call stops and returns it
// as it is. The breaker counts a success, because the dependency has answered, unless err
// is a network error or an attempt timeout. Permanent(nil) is nil. errors.Is and errors.As
// see err.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

type permanent struct{ err error }

func (p *permanent) Error() string { return p.err.Error() }
func (p *permanent) Unwrap() error { return p.err }

// attemptTimeout is the error that predicates get of an attempt that ran into its own
// timeout, because what the method returned may not say so.
type attemptTimeout struct{ err error }

func (t *attemptTimeout) Error() string   { return ErrAttemptTimeout.Error() + ": " + t.err.Error() }
func (t *attemptTimeout) Unwrap() []error { return []error{ErrAttemptTimeout, t.err} }

// errNoAnswer stands for the error of a method that has not returned.
var errNoAnswer = errors.New("no answer")

// stopCause returns why a context that is done ends the call. Nil: that of an attempt did,
// by the total timeout, and a moment before that of the call.
func stopCause(ctx context.Context) error {
	if ctx == nil {
		return ErrDeadline
	}
	if c := context.Cause(ctx); c != context.DeadlineExceeded {
		return c
	}
	return ErrDeadline
}

// late says in words which deadline ended the call, or would before the next attempt.
func (c *call) late(passed bool) string {
	whose := "the caller's deadline"
	if total, ok := c.whole.Deadline(); ok && c.cancelWhole != nil {
		if callers, ok := c.caller.Deadline(); !ok && c.caller.Err() == nil || ok && total.Before(callers) {
			whose = "the total timeout"
		}
	}
	if passed {
		return whose + " passed"
	}
	return "no time for another attempt before " + whose
}
