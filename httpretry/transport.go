package httpretry

import (
	"net/http"
	"strconv"

	retry "github.com/retrygen/retrygen/runtime"
)

// The headers that a Transport sets.
const (
	// IdempotencyKeyHeader carries the key of retry.IdempotencyKey
	// (draft-ietf-httpapi-idempotency-key-header).
	IdempotencyKeyHeader = "Idempotency-Key"

	// AttemptHeader carries the number of the attempt, from the second on.
	AttemptHeader = "Retry-Attempt"
)

// A Transport sends a request as a wrapper needs it: it sets the headers that tell
// the server which requests are one, and returns a response that has failed as a
// *StatusError. It goes between the generated wrapper of an http.RoundTripper and
// what sends:
//
//	//retry:exponential-jitter attempts=4
//	//retry:breaker failures=5
//	type Transport interface{ http.RoundTripper }
//
//	client := &http.Client{Transport: NewResilientTransport(&httpretry.Transport{}, nil)}
//
// A client gets the error of a status within its *url.Error.
type Transport struct {
	Base http.RoundTripper // nil: http.DefaultTransport
}

// RoundTrip sends the request. The request itself stays as it is.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	resp, err := base.RoundTrip(marked(req))
	if err != nil {
		return nil, err
	}
	if err := Check(resp); err != nil {
		return nil, err
	}
	return resp, nil
}

// marked returns the request with the headers, as a copy where there are any.
func marked(req *http.Request) *http.Request {
	key, attempt := retry.IdempotencyKey(req.Context()), retry.Attempt(req.Context())
	if key == "" && attempt == 1 {
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
	return marked
}
