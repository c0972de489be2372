package retry

import (
	"fmt"
	"io"
)

// A Rewind is for generated code. It puts a parameter of a call back to where it stood,
// before each retry and before the fallback.
type Rewind struct {
	param  string
	seeker io.Seeker
	start  int64
	lost   error // from asking where it stood
	begun  bool
}

// NewRewind is for generated code. It returns the Rewind of a parameter.
func NewRewind(param string, seeker io.Seeker) Rewind {
	return Rewind{param: param, seeker: seeker}
}

// Begin is called before each attempt and before a fallback. The first time it notes where
// the parameter stands, and later it goes back there. An error of Seek, then or now, ends
// the call before the next attempt, and the breaker does not count it. It does not keep the
// first attempt from being made.
func (r *Rewind) Begin() error {
	if !r.begun {
		r.begun = true
		r.start, r.lost = r.seeker.Seek(0, io.SeekCurrent)
		return nil
	}
	err := r.lost
	if err == nil {
		_, err = r.seeker.Seek(r.start, io.SeekStart)
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
