package httpretry

import (
	"net/http"
	"strconv"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// The headers that a Transport sets.
const (
	// IdempotencyKeyHeader carries the key of retry.IdempotencyKey
	// (draft-ietf-httpapi-idempotency-key-header).
	IdempotencyKeyHeader = "Idempotency-Key"

	// AttemptHeader carries the number of the attempt. The first attempt has no such header.
	AttemptHeader = "Retry-Attempt"
)

// A Transport stands between the generated wrapper of an http.RoundTripper and the
// transport that sends the requests. It sets headers by which the server recognizes the
// attempts of one call:
//
//	//retry:exponential-jitter attempts=4
//	//retry:breaker failures=5
//	//retry:error-in httpretry.ResponseError
//	type Transport interface{ http.RoundTripper }
//
//	client := &http.Client{Transport: NewResilientTransport(&httpretry.Transport{}, nil)}
//
// The wrapper goes by the status of a response, and returns the last response whatever its
// status, as an http.Client expects it. It sends a POST again only if the server did not
// process it, or if the request has an idempotency key.
type Transport struct {
	Base http.RoundTripper // nil means http.DefaultTransport

	// TimeLeft is the name of a header that tells the server how much time the attempt has
	// left. Empty: there is no such header. Servers behind Envoy may know the name
	// "X-Envoy-Expected-Rq-Timeout-Ms", which has the same format; see
	// https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter
	//
	// The value is a whole number of milliseconds, rounded down and at least 1, because some
	// servers take 0 for no limit. It comes from retry.Deadline: the earliest of the
	// timeouts of the attempt and of the call, and the caller's deadline. A request without
	// a deadline has no header. A header that the request has already stays.
	//
	// The response has to begin before that time is over. The caller may read its body for
	// longer, so a server must not cut off a body that it has begun to send.
	TimeLeft string
}

// RoundTrip sends a copy of the request with the headers. It does not change the request.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(t.marked(req))
}

// marked returns a copy of the request with the headers, or the request if it needs none.
func (t *Transport) marked(req *http.Request) *http.Request {
	key, attempt, left := retry.IdempotencyKey(req.Context()), retry.Attempt(req.Context()), t.timeLeft(req)
	if key == "" && attempt == 1 && left == "" {
		return req
	}
	marked := req.WithContext(req.Context())
	marked.Header = req.Header.Clone()
	if marked.Header == nil {
		marked.Header = make(http.Header)
	}
	if key != "" && marked.Header.Get(IdempotencyKeyHeader) == "" {
		marked.Header.Set(IdempotencyKeyHeader, key)
	}
	if attempt > 1 {
		marked.Header.Set(AttemptHeader, strconv.Itoa(attempt))
	}
	if left != "" {
		marked.Header.Set(t.TimeLeft, left)
	}
	return marked
}

// timeLeft returns the value of the header TimeLeft, or "" for none.
func (t *Transport) timeLeft(req *http.Request) string {
	if t.TimeLeft == "" || req.Header.Get(t.TimeLeft) != "" {
		return ""
	}
	deadline, ok := retry.Deadline(req.Context())
	if !ok {
		return ""
	}
	return strconv.FormatInt(max(time.Until(deadline).Milliseconds(), 1), 10)
}
