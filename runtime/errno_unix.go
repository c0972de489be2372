//go:build !windows && !plan9

package retry

import "syscall"

// connection reports whether err says that nobody listened, so that nothing was
// sent, or that a connection broke after it stood.
func connection(err error) (refused, cut bool) {
	switch err {
	case syscall.ECONNREFUSED:
		return true, false
	case syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE:
		return false, true
	}
	return false, false
}
