package retry

// NotYet marks the results of an attempt that are not good yet, as those of a job
// that is polled for. The generated code of a method with //retry:result calls it
// with what the method's func has said of the results, and err the last of them.
// The call goes on as after an error that is worth a retry, but the breaker counts
// a success and no token of the budget is taken.
func NotYet(notYet bool, err error) error {
	if !notYet {
		return err
	}
	return &pending{err}
}

// pending is the error of an attempt whose results are not good yet. It stays
// inside of the package: the caller gets err.
type pending struct{ err error }

func (p *pending) Error() string { return "result is not good yet" }

// methodError is what the method has returned, of what its attempt has.
func methodError(err error) error {
	if p, ok := err.(*pending); ok {
		return p.err
	}
	return err
}
