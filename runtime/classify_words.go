package retry

import "errors"

// Transient reports whether err tends to go away: whether it is of ClassTransient or
// ClassUnsent. It is the word transient of on and not.
//
// Outside of on and not it goes by what the error itself says: it does not know
// Options.Classify, or what the generator knows about a method.
func Transient(err error) bool {
	c := classOf(err)
	return c == ClassTransient || c == ClassUnsent
}

// Unsent reports whether the request certainly had no effect: whether err is of
// ClassUnsent. It is the word unsent of on and not; see Transient.
func Unsent(err error) bool { return classOf(err) == ClassUnsent }

// Throttled reports whether the dependency asks for less: whether err is of
// ClassThrottled or ClassQuota. It is the word throttled of on and not; see Transient.
func Throttled(err error) bool {
	c := classOf(err)
	return c == ClassThrottled || c == ClassQuota
}

// Conflict reports whether the call has lost a race: whether err is of ClassConflict. It
// is the word conflict of on and not; see Transient.
func Conflict(err error) bool { return classOf(err) == ClassConflict }

// Timeout reports whether err is an attempt timeout, is of ClassDeadline, or says by
// Timeout() bool that it is a timeout, as context.DeadlineExceeded does. It is the word
// timeout of on and not; see Transient.
func Timeout(err error) bool {
	found := findingOf(err)
	return found.timeout || found.class == ClassDeadline
}

// HasType reports whether there is an error of type E in err's tree. Generated
// code asks it for the types in on and not.
func HasType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// Bare returns the error that the method has returned, for a func(error) bool that on or
// not names: where the method knows more about the error than the error itself, on and
// not get it wrapped, so that the words Transient, Unsent, Throttled, Conflict and Timeout
// know that too. Generated code calls it.
func Bare(err error) error {
	if s, ok := err.(*seen); ok {
		return s.err
	}
	return err
}

// classOf is the class that the words go by. An error that is marked with Permanent is
// an answer whatever it wraps.
func classOf(err error) Class {
	found := findingOf(err)
	if found.permanent {
		return ClassAnswer
	}
	return found.class
}

func findingOf(err error) finding {
	var none sources
	return none.inspect(err)
}

// A seen is an error as on and not see it, with what has been found.
type seen struct {
	err   error
	found finding
}

func (s *seen) Error() string { return s.err.Error() }
func (s *seen) Unwrap() error { return s.err }

// show returns the error for on and not. It is the error itself unless there is more to
// know than it tells, or looking at it could panic.
func show(err error, found *finding, late bool) error {
	if !late && !found.hidden && !found.broken {
		return err
	}
	if found.broken {
		err = &hollow{err}
	}
	if late {
		err = &attemptTimeout{err}
	}
	return &seen{err, *found}
}
