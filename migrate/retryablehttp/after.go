package retryablehttp

import (
	"net/http"

	_ "github.com/retrygen/retrygen/httpretry" // for the directive error-in
)

//go:generate go tool retrygen -type=Transport

// Transport makes the requests of an http.Client.
//
//retry:exponential attempts=5 base=1s max=30s
//retry:error-in httpretry.ResponseError
type Transport interface {
	http.RoundTripper
}

func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{Transport: NewResilientTransport(transport, nil)}
}
