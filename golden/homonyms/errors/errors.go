package errors

// Kind is a type of this package.
type Kind int

// ErrBusy is an error of a package named errors.
var ErrBusy error = busy{}

type busy struct{}

func (busy) Error() string { return "busy" }
