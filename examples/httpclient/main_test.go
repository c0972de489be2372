package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDemo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		service := &server{stock: map[string]int{"tea": 12}, log: &out}
		began := time.Now()

		demo(&out, service, &http.Client{Transport: direct{service}}, "http://inventory")

		assert.Equal(t, `  GET /stock/tea: 500 Internal Server Error
  GET /stock/tea: 503 Service Unavailable
  GET /stock/tea: 200 OK
Stock(tea): 12, <nil>

  GET /stock/coffee: 404 Not Found
Stock(coffee): 0, http: GET: 404 Not Found

  POST /reserve/tea/2: 429 Too Many Requests
  POST /reserve/tea/2: 200 OK
Reserve(tea, 2): <nil>

  POST /reserve/tea/3: 503 Service Unavailable
Reserve(tea, 3): http: POST: 503 Service Unavailable
`, out.String())
		assert.Equal(t, 10, service.stock["tea"])
		assert.GreaterOrEqual(t, time.Since(began), 2*time.Second, "the waits that the server asked for")
	})
}

// direct hands requests to a handler without a network, so that the test runs in
// virtual time.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}
