package retry

import "syscall"

// connection reports whether err says that nobody listened, so that nothing was
// sent, or that a connection broke after it stood. Plan 9 reports errors as texts.
func connection(err error) (refused, cut bool) {
	switch err {
	case syscall.ErrorString("connection refused"):
		return true, false
	case syscall.ErrorString("i/o on hungup channel"):
		return false, true
	}
	return false, false
}
