package retry

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"reflect"
	"slices"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// findings is what one walk over an error's tree tells about it. The walk goes
// in the order of errors.As: where two errors in the tree disagree, the first
// one counts.
type findings struct {
	permanent  bool          // Permanent, or Retryable() bool says no
	answer     bool          // one of the errors by which a working dependency answers
	transient  bool          // see Transient
	unsent     bool          // see Unsent
	timeout    bool          // see Timeout
	network    bool          // never reached the dependency, or was cut off from it: a failure for the breaker
	refused    bool          // a breaker or a limit further down, or a Rewind, did not let the call through
	retryAfter time.Duration // what the server asks for; zero when it does not

	inNet              bool // an error above this one is a net.Error
	saidRetryable      bool // Retryable() was found
	saidSafe, saidWait bool // SafeToRetry() and RetryAfter() were found
}

func inspect(err error) findings {
	var f findings
	if saysNothing(err) {
		return f
	}
	f.walk(err)
	if f.permanent {
		f.transient = false
	}
	return f
}

func (f *findings) walk(err error) {
	f.look(err)
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if below := err.Unwrap(); below != nil {
			f.walk(below)
		}
	case interface{ Unwrap() []error }:
		above := f.inNet
		for _, below := range err.Unwrap() {
			if below != nil {
				f.walk(below)
				f.inNet = above
			}
		}
	}
}

// plain is the type of what errors.New returns. It has no method but Error.
var plain = reflect.TypeOf(errors.New(""))

// saysNothing reports whether err is an error of errors.New that look does not know.
// Most errors are, and to ask one for all that it might say takes several times as
// long. The texts are those that look knows; an error that happens to have one of them
// is looked at like any other.
func saysNothing(err error) bool {
	if reflect.TypeOf(err) != plain {
		return false
	}
	switch err.Error() {
	case "EOF", "unexpected EOF", "file does not exist", "file already exists", "permission denied",
		"circuit breaker open", "limit reached":
		return false
	}
	return true
}

// A release of Go that changes a text makes saysNothing useless, but not wrong.
func init() {
	for _, known := range []error{
		io.EOF, io.ErrUnexpectedEOF, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, breaker.ErrOpen, ErrLimited,
	} {
		if saysNothing(known) {
			plain = nil
		}
	}
}

// look notes what this one error says, not those that it wraps.
func (f *findings) look(err error) {
	switch err {
	case io.EOF:
		if f.inNet {
			f.cutOff()
		} else {
			f.answer = true
		}
		return
	case io.ErrUnexpectedEOF:
		f.cutOff()
		return
	case fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, net.ErrClosed:
		f.answer = true
		return
	case breaker.ErrOpen, ErrLimited:
		f.refused = true
		return
	}
	switch err := err.(type) {
	case *permanent:
		f.permanent = true
	case *breaker.OpenError, *LimitError, *rewindError:
		f.refused = true
		return
	case *net.DNSError:
		f.lookDNS(err)
	case *net.OpError:
		if err.Op == "dial" && !notFound(err) {
			f.unsent, f.network = true, true
		}
	}
	f.lookErrno(err)
	f.lookMethods(err)
}

// cutOff: the connection ended in the middle.
func (f *findings) cutOff() { f.transient, f.network = true, true }

func (f *findings) lookDNS(err *net.DNSError) {
	switch {
	case err.IsNotFound:
		f.answer = true
	case err.IsTemporary || err.IsTimeout:
		f.transient, f.unsent, f.network = true, true, true
	}
}

// notFound: a dial that failed because the name does not exist is an answer of
// the DNS, not a request that another attempt could send.
func notFound(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

func (f *findings) lookErrno(err error) {
	switch wasRefused, wasCut := connection(err); {
	case wasRefused:
		f.transient, f.unsent, f.network = true, true, true
	case wasCut:
		f.cutOff()
	}
}

// lookMethods asks err for what it says of itself.
func (f *findings) lookMethods(err error) {
	if e, ok := err.(interface{ Timeout() bool }); ok {
		if e.Timeout() {
			f.timeout, f.transient, f.network = true, true, true
		}
		if _, ok := err.(net.Error); ok {
			f.inNet = true
		}
	}
	if e, ok := err.(interface{ Retryable() bool }); ok && !f.saidRetryable {
		f.saidRetryable = true
		if e.Retryable() {
			f.transient = true
		} else {
			f.permanent = true
		}
	}
	if e, ok := err.(interface{ SafeToRetry() bool }); ok && !f.saidSafe {
		f.saidSafe = true
		f.unsent = f.unsent || e.SafeToRetry()
	}
	if e, ok := err.(interface{ RetryAfter() time.Duration }); ok && !f.saidWait {
		f.saidWait = true
		f.retryAfter = e.RetryAfter()
	}
	if e, ok := err.(interface{ Is(error) bool }); ok && !f.answer {
		f.answer = slices.ContainsFunc(answers, e.Is)
	}
}

// answers are the sentinels that an error may claim to be with an Is method, as
// syscall.Errno does.
var answers = []error{fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, net.ErrClosed}

// Transient reports whether err is one that tends to go away: an attempt
// timeout, a timeout that says so by Timeout() bool, a connection that was refused,
// reset or aborted, a broken pipe, io.ErrUnexpectedEOF, an io.EOF inside a
// net.Error, a temporary failure of the DNS, or an error whose method
// Retryable() bool says yes. It is the word transient of on and not.
func Transient(err error) bool { return err != nil && inspect(err).transient }

// Unsent reports whether the request of which err came back never left: a
// connection that was refused or could not be dialled, a temporary failure of the
// DNS, or an error whose method SafeToRetry() bool says yes. It is the word unsent
// of on and not.
func Unsent(err error) bool { return err != nil && inspect(err).unsent }

// Timeout reports whether err is an attempt timeout or says by Timeout() bool that
// it is one, as context.DeadlineExceeded does. It is the word timeout of on and not.
func Timeout(err error) bool { return err != nil && inspect(err).timeout }

// HasType is for generated code, for the types in on and not. It reports whether the tree
// of err has an error of type E.
func HasType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
