package retry

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A shape is what the type of an error tells: which methods its values have, and whether
// the type is one that this package knows. Looking for a dozen methods takes as long as
// the rest of a failed call, so the shapes of the types that came up last are remembered.
type shape struct {
	of      reflect.Type
	asks    ask
	kind    kindOfError
	pointer bool // and may be nil
	network bool // a net.Error
	lenient bool // wraps several errors, of which those that say nothing do not count
}

// An ask is a set of methods. walk.hear asks them in this order.
type ask uint16

const (
	askSQLState ask = 1 << iota
	askTimeout
	askRetryable
	askSafe
	askAfter
	askCode
	askStatus
	askRedis
	askLabels
	askIs
	askTemporary
	askUnwrap
	askBranches
)

// A kindOfError tells apart the types that this package knows.
type kindOfError uint8

const (
	foreign      kindOfError = iota
	ours                     // see walk.ours
	plain                    // of errors.New
	netClosed                // net.ErrClosed
	systemError              // a number or a text of the operating system
	netOperation             // *net.OpError
	nameLookup               // *net.DNSError
	requestError             // *url.Error
	certificate              // about a certificate that was not accepted
)

var (
	plainType   = reflect.TypeOf(errors.New(""))
	joinType    = reflect.TypeOf(errors.Join(io.EOF))
	wrapType    = reflect.TypeOf(fmt.Errorf("%w", io.EOF))
	severalType = reflect.TypeOf(fmt.Errorf("%w%w", io.EOF, io.ErrUnexpectedEOF))
)

// shapes has a place for each of the types that came up last.
var shapes [256]atomic.Pointer[shape]

// shapeOf returns the shape of an error.
func shapeOf(err error) *shape {
	t := reflect.TypeOf(err)
	place := &shapes[reflect.ValueOf(t).Pointer()/64%uintptr(len(shapes))]
	s := place.Load()
	if s == nil || s.of != t {
		s = newShape(t, err)
		place.Store(s)
	}
	return s
}

func newShape(t reflect.Type, err error) *shape {
	_, network := err.(net.Error)
	return &shape{
		of: t, asks: asksOf(t, err), kind: kindOf(t, err), network: network,
		pointer: t.Kind() == reflect.Pointer, lenient: t == severalType,
	}
}

func kindOf(t reflect.Type, err error) kindOfError {
	switch err.(type) {
	case *Error, *fallbackError, *permanent, *seen, *rewindError, *LimitError, *breaker.OpenError:
		return ours
	case *net.OpError:
		return netOperation
	case *net.DNSError:
		return nameLookup
	case *url.Error:
		return requestError
	}
	named := t
	if t.Kind() == reflect.Pointer {
		named = t.Elem()
	}
	switch {
	case t == plainType:
		return plain
	case t == reflect.TypeOf(net.ErrClosed):
		return netClosed
	case named.PkgPath() == "syscall":
		return systemError
	case named.PkgPath() == "crypto/x509", // all its errors are about certificates
		named.PkgPath() == "crypto/tls" && named.Name() == "CertificateVerificationError":
		return certificate
	}
	return foreign
}

func asksOf(t reflect.Type, err error) (asks ask) {
	has := func(a ask, ok bool) {
		if ok {
			asks |= a
		}
	}
	_, ok := err.(interface{ SQLState() string })
	has(askSQLState, ok)
	_, ok = err.(interface{ Timeout() bool })
	has(askTimeout, ok)
	_, ok = err.(interface{ Retryable() bool })
	has(askRetryable, ok && !isStatusError(t))
	_, ok = err.(interface{ SafeToRetry() bool })
	has(askSafe, ok)
	_, ok = err.(interface{ RetryAfter() time.Duration })
	has(askAfter, ok)
	_, ok = err.(interface{ ErrorCode() string })
	has(askCode, ok)
	_, ok = err.(interface{ HTTPStatusCode() int })
	has(askStatus, ok)
	_, ok = err.(interface{ RedisError() })
	has(askRedis, ok)
	_, ok = err.(interface{ HasErrorLabel(string) bool })
	has(askLabels, ok)
	_, ok = err.(interface{ Is(error) bool })
	has(askIs, ok)
	_, ok = err.(interface{ Temporary() bool })
	has(askTemporary, ok)
	_, ok = err.(interface{ Unwrap() error })
	has(askUnwrap, ok)
	_, ok = err.(interface{ Unwrap() []error })
	has(askBranches, ok)
	return asks
}

// isStatusError reports whether t is *httpretry.StatusError, a type that this package
// must not import. Its status says more than its method Retryable.
func isStatusError(t reflect.Type) bool {
	here := reflect.TypeFor[Error]().PkgPath()
	return t.Kind() == reflect.Pointer && t.Elem().Name() == "StatusError" &&
		t.Elem().PkgPath() == strings.TrimSuffix(here, "runtime")+"httpretry"
}
