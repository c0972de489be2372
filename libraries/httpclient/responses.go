package httpclient

import (
	"net/http"

	_ "github.com/retrygen/retrygen/httpretry" // the directive names it
)

// Responses is a part of *http.Client. The status of a response counts, and the caller gets
// the last response as it is.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:error-in httpretry.ResponseError
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Responses interface {
	Do(req *http.Request) (*http.Response, error)
}

var _ Responses = (*http.Client)(nil)
