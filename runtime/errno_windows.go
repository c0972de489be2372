package retry

import "syscall"

// Windows reports sockets in numbers of its own: WSAECONNREFUSED and the others
// of winsock2.h, which package syscall does not all name.
const (
	wsaeConnAborted = syscall.Errno(10053)
	wsaeConnReset   = syscall.Errno(10054)
	wsaeConnRefused = syscall.Errno(10061)
)

// connection reports whether err says that nobody listened, so that nothing was
// sent, or that a connection broke after it stood.
func connection(err error) (refused, cut bool) {
	switch err {
	case wsaeConnRefused, syscall.ECONNREFUSED:
		return true, false
	case wsaeConnReset, wsaeConnAborted, syscall.ERROR_BROKEN_PIPE,
		syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE:
		return false, true
	}
	return false, false
}
