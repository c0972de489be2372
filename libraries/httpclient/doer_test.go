package httpclient

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// A request that may be repeated is repeated as its status says.
func TestStatuses(t *testing.T) {
	for want, statuses := range map[rows.Want][]int{
		rows.Answer:    {400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 451},
		rows.Transient: {408, 421, 500, 502, 503, 504, 507, 520},
		rows.Throttled: {425, 429},
		rows.Fault:     {501, 505, 511},
	} {
		for _, status := range statuses {
			t.Run(http.StatusText(status), func(t *testing.T) {
				rows.Check(t, want, statusOf("GET", status, nil))
				rows.Check(t, want, statusOf("PUT", status, nil))
			})
		}
	}
}

// A POST is repeated only if the server has not carried it out.
func TestStatusesOfPost(t *testing.T) {
	for status, want := range map[int]rows.Want{
		404: rows.Answer, 421: rows.Unsent, 425: rows.Throttled, 429: rows.Throttled,
		408: rows.Fault, 500: rows.Fault, 503: rows.Fault, 501: rows.Fault,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			rows.Check(t, want, statusOf("POST", status, nil))
			rows.Check(t, want, statusOf("PATCH", status, nil))
		})
	}
}

// With an idempotency key a POST may be repeated.
func TestIdempotencyKey(t *testing.T) {
	rows.Check(t, rows.Transient, doing(web.Response{Status: 503}, func(ctx context.Context, url string) *http.Request {
		r := request(ctx, "POST", url)
		r.Header.Set("Idempotency-Key", "1")
		return r
	}))
	rows.Check(t, rows.Transient, doing(web.Response{Status: 503}, func(ctx context.Context, url string) *http.Request {
		return request(retry.WithIdempotencyKey(ctx, "1"), "POST", url)
	}))
}

func TestRetryAfter(t *testing.T) {
	rows.CheckDelay(t, time.Minute, statusOf("GET", 503, map[string]string{"Retry-After": "60"}))
	rows.CheckDelay(t, 2*time.Minute, statusOf("POST", 429, map[string]string{"Retry-After": "120"}))
}

func TestNotFoundHundredTimes(t *testing.T) { rows.Hundred(t, statusOf("GET", 404, nil)) }

func TestNotImplementedOpensBreaker(t *testing.T) { rows.Opens(t, statusOf("GET", 501, nil)) }

// A POST that the server may have carried out is not sent again, but it counts.
func TestBrokenConnection(t *testing.T) {
	for _, response := range []web.Response{{Cut: true}, {Reset: true}} {
		for method, want := range map[string]rows.Want{
			"GET": rows.Transient, "PUT": rows.Transient, "DELETE": rows.Transient, "POST": rows.Fault, "PATCH": rows.Fault,
		} {
			t.Run(method, func(t *testing.T) {
				rows.Check(t, want, sending(method, response))
				rows.Check(t, want, doing(response, func(ctx context.Context, url string) *http.Request { return request(ctx, method, url) }))
			})
		}
	}
}

// Nobody listens, so nothing was sent, and even a POST can be repeated.
func TestRefusedConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	rows.Check(t, rows.Unsent, func(_ *testing.T, o *retry.Options) rows.Client {
		var attempts atomic.Int64
		wrapped := NewResilientTransport(counter{http.DefaultTransport.RoundTrip, &attempts}, o)
		return call(wrapped.Group(), wrapped.RoundTrip, "POST", "http://"+listener.Addr().String(), &attempts)
	})
}

// A certificate that is not accepted today is not accepted tomorrow, either.
func TestCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	rows.Check(t, rows.Fault, func(_ *testing.T, o *retry.Options) rows.Client {
		var attempts atomic.Int64
		wrapped := NewResilientTransport(counter{new(http.Transport).RoundTrip, &attempts}, o)
		return call(wrapped.Group(), wrapped.RoundTrip, "GET", server.URL, &attempts)
	})
}

// Requests that no server will ever get, and redirects that never end.
func TestRequestsThatMakeNoSense(t *testing.T) {
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	t.Cleanup(loop.Close)
	for name, url := range map[string]string{"scheme": "gopher://127.0.0.1", "no host": "http:///path", "redirects": loop.URL} {
		t.Run(name, func(t *testing.T) {
			rows.Check(t, rows.Fault, func(_ *testing.T, o *retry.Options) rows.Client {
				var attempts atomic.Int64
				wrapped := NewResilientDoer(counter{checked{new(http.Client)}.Do, &attempts}, o)
				return call(wrapped.Group(), wrapped.Do, "GET", url, &attempts)
			})
		})
	}
}

// What the request's body does is not the fault of the server, and the body is gone.
func TestBodyThatFails(t *testing.T) {
	server := web.Start(t, web.Response{Status: 200})
	wrapped := NewResilientTransport(http.DefaultTransport, nil)
	r := request(t.Context(), "PUT", server.URL)
	r.Body, r.GetBody = io.NopCloser(io.MultiReader(strings.NewReader("half"), broken{})), nil
	_, err := wrapped.RoundTrip(r)
	assert.ErrorIs(t, err, errBody)
	assert.LessOrEqual(t, server.Requests(), 1)
}
