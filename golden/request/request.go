// Package request has methods that take their context from an *http.Request. Each attempt
// gets its own request with an unread body.
package request

import (
	"io"
	"net/http"

	_ "github.com/retrygen/retrygen/httpretry"
)

//retry:simple attempts=3 delay=10ms
//retry:breaker failures=3 cooldown=1s
//retry:error-in httpretry.ResponseError
type Transport interface {
	http.RoundTripper
}

//retry:simple attempts=2 delay=10ms
type Doer interface {
	//retry:idempotency-key
	Do(*http.Request) (*http.Response, error)
	Post(path string, req *http.Request) (status int, location string, err error)
}

// Mirrored falls back to another method and to a func. These get requests that were not
// sent before.
//
//retry:breaker failures=2
type Mirrored interface {
	//retry:simple attempts=2 delay=10ms
	//retry:fallback Second
	First(req *http.Request) (*http.Response, error)

	//retry:breaker off
	Second(req *http.Request) (*http.Response, error)

	//retry:fallback kept
	Put(path string, req *http.Request) (string, error)
}

func kept(path string, req *http.Request, _ error) (string, error) {
	if path == "/none" {
		return "", nil
	}
	content, err := io.ReadAll(req.Body)
	return path + " " + string(content), err
}
