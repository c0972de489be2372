package retry

import "syscall"

// Windows reports sockets in numbers of its own: WSAECONNREFUSED and the others
// of winsock2.h, which package syscall does not all name.
const (
	wsaeConnAborted = syscall.Errno(10053)
	wsaeConnReset   = syscall.Errno(10054)
	wsaeConnRefused = syscall.Errno(10061)
)

var (
	// refused: nobody listened, so nothing was sent.
	refused = []error{wsaeConnRefused, syscall.ECONNREFUSED}

	// cut: the connection broke after it stood.
	cut = []error{
		wsaeConnReset, wsaeConnAborted, syscall.ERROR_BROKEN_PIPE,
		syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE,
	}
)
