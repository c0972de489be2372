package retry

import "context"

// A Reading is for generated code: what the func of //retry:error-in has found in the results
// of the last attempt, and the error that the method returned with them. The zero Reading
// stands for no attempt.
type Reading struct{ found, own error }

// Of notes an attempt: found is the error in its results, own is the error that the method
// returned, or nil if it returns none. Of returns found, by which the call goes.
func (r *Reading) Of(found, own error) error {
	r.found, r.own = found, own
	return found
}

// Discards reports whether an attempt with the context ctx has to close the results of the
// one before. It has if they came with an error and hold no context of their own, which
// closes them otherwise.
func (r *Reading) Discards(ctx context.Context) bool {
	_, leased := ctx.(*lease)
	return r.found != nil && !leased
}

// Error returns what the caller gets of a call that ended with err. A call that has results
// of an attempt returns the error that came with them, inside an [Error] if the call was
// given up. A call without results returns err: it has made no attempt, or none has
// answered, or they were closed because they were not good yet. So does a call whose last
// attempt [Chaos] has disturbed.
func (r *Reading) Error(err error) error {
	switch {
	case err == nil:
		return r.own
	case r.found == nil, r.isOld(err):
		return err
	case r.own == nil:
		return nil
	}
	e, gaveUp := err.(*Error)
	if below, ok := r.found.(*Error); !gaveUp || ok && below == e {
		return r.own
	}
	if same(e.Last, r.own) {
		return e
	}
	own := *e // hooks may have kept e
	own.Last = r.own
	return &own
}

// isOld reports whether chaos has ended the call with err, so that the reading is that of an
// attempt before.
func (r *Reading) isOld(err error) bool {
	if same(err, r.found) {
		return false
	}
	if e, ok := err.(*Error); ok {
		err = e.Last
	}
	c, ok := err.(*ChaosError)
	return ok && !same(c, r.found)
}
