package httpretry

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bodyBytes is how much of a failed response's body an error keeps.
const bodyBytes = 1 << 10

// A StatusError is a response whose status says that the request failed. The wrappers
// above ask it for its status and for RetryAfter to decide what to do.
type StatusError struct {
	StatusCode int
	Status     string // as in http.Response, such as "503 Service Unavailable"
	Method     string // of the request; "" if the response does not name its request
	Header     http.Header
	Body       []byte // the beginning of the body, up to 1 KiB; none from ResponseError

	after time.Duration
}

// Check returns a [*StatusError] for a response whose status is 400 or higher, and nil for
// any other. In the first case it has read the beginning of the body and closed it. In the
// second the caller reads and closes the body:
//
//	resp, err := http.DefaultClient.Do(req)
//	if err == nil {
//		err = httpretry.Check(resp)
//	}
func Check(resp *http.Response) error {
	e := statusError(resp)
	if e == nil {
		return nil
	}
	if resp.Body != nil {
		e.Body, _ = io.ReadAll(io.LimitReader(resp.Body, bodyBytes)) // as much as can be read
		resp.Body.Close()
	}
	return e
}

// ResponseError returns err if it is not nil, a [*StatusError] for a response whose status
// is 400 or higher, and nil for any other. It neither reads nor closes the body, so the
// StatusError has none. ResponseError is for the directive error-in on methods that return
// a response and an error:
//
//	//retry:error-in httpretry.ResponseError
//
// The call is retried by the status, and the caller gets the last response as it is.
func ResponseError(resp *http.Response, err error) error {
	if err != nil || resp == nil {
		return err
	}
	if e := statusError(resp); e != nil {
		return e
	}
	return nil
}

// statusError returns the error of a response without its body, or nil if its status is
// below 400.
func statusError(resp *http.Response) *StatusError {
	if resp.StatusCode < 400 {
		return nil
	}
	e := &StatusError{
		StatusCode: resp.StatusCode,
		Status:     resp.Status,
		Header:     resp.Header,
		after:      retryAfter(resp.Header, time.Now()),
	}
	if resp.Request != nil {
		e.Method = resp.Request.Method
	}
	return e
}

// Error returns a text with the method and the status. It leaves the body out, which may
// hold secrets that do not belong in a log.
func (e *StatusError) Error() string {
	status := e.Status
	if status == "" {
		status = strings.TrimSpace(strconv.Itoa(e.StatusCode) + " " + http.StatusText(e.StatusCode))
	}
	if e.Method == "" {
		return "http: " + status
	}
	return fmt.Sprintf("http: %s: %s", e.Method, status)
}

// HTTPStatusCode returns StatusCode. Package retry asks for it, and decides by the table of
// statuses in its documentation.
func (e *StatusError) HTTPStatusCode() int { return e.StatusCode }

// Retryable reports whether the same request may succeed later: after 408, 425, 429 and
// the statuses from 500 on except 501, 505 and 511. Wrappers do not ask for it, because the
// status says more. Retryable does not say whether the request may be sent twice; see
// [Safe].
func (e *StatusError) Retryable() bool {
	switch e.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusNetworkAuthenticationRequired:
		return false
	}
	return e.StatusCode >= 500
}

// RetryAfter returns the delay that the server asked for in the Retry-After header, in
// seconds or as a date (RFC 9110, section 10.2.3), counted from the call of Check or
// ResponseError. It is zero without that header. A wrapper waits that long, up to the max of
// its strategy.
func (e *StatusError) RetryAfter() time.Duration { return e.after }

// RetryAfter returns the delay that the Retry-After header of a response asks for, from now
// on, and whether there is a valid one. A date that has passed asks for no delay. A number of
// seconds that a Duration cannot hold is the longest one.
func RetryAfter(header http.Header) (delay time.Duration, ok bool) {
	text := strings.TrimSpace(header.Get("Retry-After"))
	_, err := http.ParseTime(text)
	ok = err == nil || text != "" && strings.Trim(text, "0123456789") == ""
	return retryAfter(header, time.Now()), ok
}

// retryAfter reads the header. If a Duration cannot hold the seconds, it returns the longest
// one that it can.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if strings.Trim(text, "0123456789") == "" {
		seconds, _ := strconv.ParseInt(text, 10, 64) // 0 for no digits, and the largest for too many
		const longest = int64(1<<63-1) / int64(time.Second)
		return time.Duration(min(seconds, longest)) * time.Second
	}
	date, _ := http.ParseTime(text) // long ago if it cannot be read
	return max(0, date.Sub(now))
}
