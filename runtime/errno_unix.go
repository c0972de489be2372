//go:build !windows && !plan9

package retry

import "syscall"

var (
	// refused: nobody listened, so nothing was sent.
	refused = []error{syscall.ECONNREFUSED}

	// cut: the connection broke after it stood.
	cut = []error{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE}
)
