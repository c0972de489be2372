package retry

// NotYet is for generated code, and for the funcs of a [Func]. If notYet is true, it marks
// the results of an attempt as not good yet: the call polls, as for a job that still runs.
// It goes on as after an error that is retried, but the breaker counts a success and no
// token of the budget is taken. err is the attempt's error, which NotYet returns if notYet
// is false.
func NotYet(notYet bool, err error) error {
	if !notYet {
		return err
	}
	return &pending{err}
}

// pending is the error of an attempt whose results are not good yet. It stays inside the
// package: the caller gets err.
type pending struct{ err error }

func (p *pending) Error() string { return "result is not good yet" }

// methodError returns the error of the method from that of its attempt.
func methodError(err error) error {
	if p, ok := err.(*pending); ok {
		return p.err
	}
	return err
}

// WithoutResults is for generated code. It reports whether a call that ended with err has no
// results to close: it has made no attempt, or its results were not good yet.
func WithoutResults(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Last == nil
}

// Discard is for generated code. It closes a result that the caller does not get, if it has
// a method Close() or Close() error. A nil result has nothing to close.
func Discard[T any](result T) {
	if !isNil(result) {
		closeResult(result)
	}
}

func closeResult(result any) {
	switch c := result.(type) {
	case interface{ Close() error }:
		_ = c.Close() // nobody could act on the error
	case interface{ Close() }:
		c.Close()
	}
}
