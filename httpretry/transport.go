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
// transport that sends the requests. It returns a response that failed as a *StatusError,
// and sets headers by which the server recognizes the attempts of one call:
//
//	//retry:exponential-jitter attempts=4
//	//retry:breaker failures=5
//	type Transport interface{ http.RoundTripper }
//
//	client := &http.Client{Transport: NewResilientTransport(&httpretry.Transport{}, nil)}
//
// The wrapper sends a POST again only if the server did not process it, or if the request
// has an idempotency key.
//
// The errors of an http.Client wrap the *StatusError in a *url.Error.
type Transport struct {
	Base http.RoundTripper // nil means http.DefaultTransport
}

// RoundTrip sends a copy of the request with the headers. It does not change the request.
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
