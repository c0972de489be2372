package httpretry

import (
	"errors"
	"reflect"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// Safe reports whether an error shows that the server has not carried out the request, so
// that even one that must not be done twice can be sent again: the statuses 421, 425 and
// 429, a stream that the server refused (HTTP/2), and what [retry.Unsent] and
// [retry.Throttled] report. Status 503 is not safe, because a proxy may send it after it
// has forwarded the request. Safe is for the directive on:
//
//	//retry:on httpretry.Safe
func Safe(err error) bool {
	if retry.Unsent(err) || retry.Throttled(err) {
		return true
	}
	refused, ok := errors.AsType[streamError](err)
	return ok && refused.Code == refusedStream
}

// Sort tells the runtime what it cannot know without importing net/http: a stream that the
// server refused is of ClassUnsent. The runtime knows statuses, certificates, schemes,
// addresses and redirects itself. Sort is for retry.MethodSpec.Sort, and looks only at the
// error itself, not at what it wraps.
func Sort(err error) (retry.Class, time.Duration) {
	var e streamError
	as, ok := err.(interface{ As(any) bool })
	if ok && as.As(&e) && e.Code == refusedStream || isRefused(err, "golang.org/x/net/http2") {
		return retry.ClassUnsent, 0
	}
	return retry.ClassUnclassified, 0
}

// isRefused reports whether an error is the StreamError of that package, for a stream that
// the server refused.
func isRefused(err error, pkg string) bool {
	t := reflect.TypeOf(err)
	return t.PkgPath() == pkg && t.Name() == "StreamError" && reflect.ValueOf(err).FieldByName("Code").Uint() == refusedStream
}

// refusedStream is the code by which a server says that it has not begun to process a
// request (RFC 9113, section 8.7).
const refusedStream = 0x7

// A streamError has the fields of http2.StreamError in golang.org/x/net. The copy of that
// type inside net/http fills in any struct with these fields (see net/http/h2_error.go).
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (streamError) Error() string { return "http2: stream error" }
