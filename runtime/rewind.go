package retry

import (
	"fmt"
	"io"
)

// A Rewind puts a parameter of a call back to where it stood, before each retry and
// before the fallback. Generated code makes one for each parameter that //retry:rewind
// names.
type Rewind struct {
	param  string
	seeker io.Seeker
	start  int64
	lost   error // of the look where it stood
	begun  bool
}

// NewRewind returns the Rewind of a parameter.
func NewRewind(param string, seeker io.Seeker) Rewind {
	return Rewind{param: param, seeker: seeker}
}

// Begin is called before each attempt and before a fallback: the first time it notes
// where the parameter stands, and later it goes back there. An error of Seek, either
// time, ends the call when it is to be repeated: the attempt is not made, and the
// breaker does not hear of it. The first attempt needs no rewinding, and is always made.
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
