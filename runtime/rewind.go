package retry

import (
	"fmt"
	"io"
)

// A Rewind puts a parameter of a call back to where it stood, before each retry.
// Generated code makes one for each parameter that //retry:rewind names.
type Rewind struct {
	param  string
	seeker io.Seeker
	start  int64
	begun  bool
}

// NewRewind returns the Rewind of a parameter.
func NewRewind(param string, seeker io.Seeker) Rewind {
	return Rewind{param: param, seeker: seeker}
}

// Begin is called before each attempt: the first time it notes where the parameter
// stands, and later it goes back there. An error of Seek ends the call: it is not
// retried, and the breaker does not hear of it.
func (r *Rewind) Begin() error {
	var err error
	if r.begun {
		_, err = r.seeker.Seek(r.start, io.SeekStart)
	} else {
		r.start, err = r.seeker.Seek(0, io.SeekCurrent)
		r.begun = true
	}
	if err != nil {
		return &rewindError{r.param, err}
	}
	return nil
}

// A rewindError ends a call whose parameter cannot be put back.
type rewindError struct {
	param string
	err   error
}

func (e *rewindError) Error() string { return fmt.Sprintf("rewind %s: %v", e.param, e.err) }
func (e *rewindError) Unwrap() error { return e.err }
