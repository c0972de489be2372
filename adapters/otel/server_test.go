package otelretry_test

import (
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

// A server on a real socket counts what the metrics say: its requests are the attempts, and
// those that it refused are the retries and the failures.
func TestMetricsAgreeWithTheServer(t *testing.T) {
	var requests, refused atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		n := requests.Add(1)
		if down := req.URL.Path == "/down"; down || n%5 == 0 {
			refused.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	m := newMeter()
	opts := m.options(t)
	opts.Group = &retry.Group{Name: "shop"}
	client := &http.Client{Transport: request.NewResilientTransport(http.DefaultTransport, opts)}
	get := func(path string) int {
		resp, err := client.Get(server.URL + path)
		if err != nil {
			return 0
		}
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	const calls = 30
	for range calls {
		assert.Equal(t, http.StatusOK, get("/"))
	}
	assert.EqualValues(t, calls, requests.Load()-refused.Load())
	assert.EqualValues(t, refused.Load(), m.total(t, "retrygen.call.retries", "").value, "each refusal was followed by a retry")

	assert.Equal(t, http.StatusServiceUnavailable, get("/down"), "three attempts, which open the breaker")
	assert.Zero(t, get("/down"), "the breaker refuses")
	assert.EqualValues(t, requests.Load(), m.total(t, "retrygen.attempt.duration", "").times)
	assert.EqualValues(t, refused.Load(), m.total(t, "retrygen.attempt.duration", "error.type=503 ").times)
	assert.EqualValues(t, calls, m.total(t, "retrygen.call.duration", "outcome=success").times)
	assert.EqualValues(t, calls+2, m.total(t, "retrygen.call.duration", "").times)
	assert.Equal(t, map[string]string{"instance=shop method=Transport.RoundTrip reason=breaker_open": "1"}, m.series(t, "retrygen.rejections"))
	assert.Equal(t, map[string]string{"from=closed instance=shop name=shop source=own to=open": "1"}, m.series(t, "retrygen.breaker.transitions"))
	assert.Equal(t, "1", m.series(t, "retrygen.breaker.state")["instance=shop name=shop state=open"])
	goruntime.KeepAlive(client) // or its gauges may disappear
}
