package retry

import (
	"io"
	"io/fs"
	"net"
	"net/url"
	"reflect"

	"github.com/retrygen/retrygen/breaker"
)

// This file knows the errors of the standard library.

// sentinels are the addresses of those errors of errors.New that plain knows.
var sentinels = addresses(io.EOF, io.ErrUnexpectedEOF, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, breaker.ErrOpen, ErrLimited)

func addresses(plain ...error) (list [7]uintptr) {
	for i, err := range plain {
		list[i] = reflect.ValueOf(err).Pointer()
	}
	return list
}

// saysNothing reports whether there is nothing to find, without looking for it. Most
// errors that programs make are like that, and asking one for everything that it might
// say takes several times as long.
func saysNothing(err error) bool {
	if reflect.TypeOf(err) != plainType {
		return false
	}
	at := reflect.ValueOf(err).Pointer()
	if at == 0 {
		return true
	}
	for _, known := range sentinels {
		if at == known {
			return false
		}
	}
	return classOfText(err.Error()) == ClassUnclassified
}

// builtIn looks at an error of a known type.
func (w *walk) builtIn(err error, kind kindOfError) {
	switch kind {
	case plain:
		w.plain(err)
	case netClosed:
		w.says(ClassAnswer, byBuiltIn)
	case systemError:
		switch refused, cut := connection(err); {
		case refused:
			w.neverSent()
		case cut:
			w.cutOff()
		}
	case netOperation:
		if err.(*net.OpError).Op == "dial" {
			w.unsent, w.dialled = true, true
		}
	case nameLookup:
		switch err := err.(*net.DNSError); {
		case err.IsNotFound: // the name server has answered
			w.says(ClassAnswer, byBuiltIn)
		case err.IsTemporary || err.IsTimeout:
			w.neverSent()
		}
	case requestError:
		if err.(*url.Error).Op == "parse" {
			w.says(ClassFault, byBuiltIn)
		}
	case certificate:
		w.says(ClassFault, byBuiltIn)
	}
}

// plain looks at an error of errors.New.
func (w *walk) plain(err error) {
	switch err {
	case io.EOF:
		w.end()
	case io.ErrUnexpectedEOF:
		w.cutOff()
	case fs.ErrNotExist, fs.ErrExist, fs.ErrPermission:
		w.says(ClassAnswer, byBuiltIn)
	case breaker.ErrOpen, ErrLimited:
		w.refused = true
	default:
		w.says(classOfText(err.Error()), byBuiltIn)
	}
}

// end sorts io.EOF. Inside a net.Error, as net/http returns it, the connection was closed
// before the response. Elsewhere it depends on the method. The user may know better and
// list io.EOF in not, so there it does not count as an error of the network.
func (w *walk) end() {
	switch {
	case w.inNet:
		w.cutOff()
	case w.sources.cutAtEOF:
		w.hidden = true
		w.says(ClassTransient, byBuiltIn)
	default:
		w.says(ClassAnswer, byBuiltIn)
	}
}

// cutOff: the connection ended in the middle.
func (w *walk) cutOff() {
	w.network = true
	w.says(ClassTransient, byBuiltIn)
}

// neverSent: there was no connection to send the request on.
func (w *walk) neverSent() {
	w.network, w.unsent = true, true
	w.says(ClassTransient, byBuiltIn)
}

// isRefusal reports whether a breaker, a limit or a Rewind has given this cause to an
// Error.
func isRefusal(cause error) bool {
	switch cause.(type) {
	case *breaker.OpenError, *LimitError, *rewindError:
		return true
	}
	return same(cause, breaker.ErrOpen) || same(cause, ErrLimited)
}
