// Package request has methods that take their context from an *http.Request: each
// attempt gets a request of its own, with a body that nobody has read.
package request

import "net/http"

//retry:simple attempts=3 delay=10ms
//retry:breaker failures=3 cooldown=1s
type Transport interface {
	http.RoundTripper
}

//retry:simple attempts=2 delay=10ms
type Doer interface {
	//retry:idempotency-key
	Do(*http.Request) (*http.Response, error)
	Post(path string, req *http.Request) (status int, location string, err error)
}
