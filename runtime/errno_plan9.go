package retry

import "syscall"

// Plan 9 reports errors as texts.
var (
	// refused: nobody listened, so nothing was sent.
	refused = []error{syscall.ErrorString("connection refused")}

	// cut: the connection broke after it stood.
	cut = []error{syscall.ErrorString("i/o on hungup channel")}
)
