package errors

// Kind is one of this package.
type Kind int

// ErrBusy is an error of a package called errors.
var ErrBusy error = busy{}

type busy struct{}

func (busy) Error() string { return "busy" }
