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
}

// RoundTrip sends a copy of the request with the headers. It does not change the request.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(marked(req))
}

// marked returns a copy of the request with the headers, or the request if it needs none.
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
