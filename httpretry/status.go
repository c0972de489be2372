package httpretry

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bodyBytes is how much of a failed response's body an error keeps.
const bodyBytes = 1 << 10

// A StatusError is a response that says that the request has failed. It tells the
// wrappers above what to do: Retryable and RetryAfter are asked by package retry.
type StatusError struct {
	StatusCode int
	Status     string // as in http.Response, "503 Service Unavailable"
	Method     string // of the request; "" where the response has none
	Header     http.Header
	Body       []byte // its beginning, up to a kibibyte

	after time.Duration
}

// Check returns a StatusError for a response whose status is 400 or higher, and nil
// for any other. With an error it has read the beginning of the body and closed it;
// otherwise the body is the caller's:
//
//	resp, err := http.DefaultClient.Do(req)
//	if err == nil {
//		err = httpretry.Check(resp)
//	}
func Check(resp *http.Response) error {
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
	if resp.Body != nil {
		e.Body, _ = io.ReadAll(io.LimitReader(resp.Body, bodyBytes)) // what there is
		resp.Body.Close()
	}
	return e
}

// Error returns the method and the status. The body is left out, for it may hold
// what does not belong into a log.
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

// Retryable reports whether the same request may succeed later: after 408, 425, 429
// and the statuses from 500 on but 501, 505 and 511. The others are answers, which
// a wrapper does not retry and a breaker counts as successes. Whether a request may
// be sent twice is another question; see Safe.
func (e *StatusError) Retryable() bool {
	switch e.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusNetworkAuthenticationRequired:
		return false
	}
	return e.StatusCode >= 500
}

// RetryAfter is what the server has asked for in the header Retry-After, in seconds
// or as a date (RFC 9110, section 10.2.3), from the moment of Check; zero when it
// has not. A wrapper waits as long, up to the max of its strategy.
func (e *StatusError) RetryAfter() time.Duration { return e.after }

// retryAfter reads the header. Seconds that a Duration cannot hold are its longest.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		const longest = int64(1<<63-1) / int64(time.Second)
		if err != nil || seconds > longest {
			seconds = longest
		}
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return max(0, date.Sub(now))
}

// Safe reports whether an error is a StatusError by which the server says that it
// has not processed the request, so that even one that must not be done twice can be
// sent again: 421, 425, 429 and 503. It is for the directive on:
//
//	//retry:on httpretry.Safe unsent
func Safe(err error) bool {
	e, ok := errors.AsType[*StatusError](err)
	if !ok {
		return false
	}
	switch e.StatusCode {
	case http.StatusMisdirectedRequest, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	}
	return false
}
