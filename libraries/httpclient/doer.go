// Package httpclient wraps clients of net/http.
package httpclient

import (
	"net/http"

	"github.com/retrygen/retrygen/httpretry"
)

//go:generate go tool retrygen

// Transport is an http.RoundTripper. A response is not an error, whatever its status.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Transport interface {
	http.RoundTripper
}

// Doer is a client whose errors include the statuses from 400 on.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Doer interface {
	Do(req *http.Request) (*http.Response, error)
}

// checked is a Doer.
type checked struct{ client *http.Client }

func (c checked) Do(req *http.Request) (*http.Response, error) {
	response, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	if err := httpretry.Check(response); err != nil {
		return nil, err
	}
	return response, nil
}
