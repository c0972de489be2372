package request_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var (
	errDown   = errors.New("down")
	errNoBody = errors.New("no second body")
)

// server is a Transport and a Doer. It reads and closes the body of each request, and fails
// a number of times.
type server struct {
	failures int
	response *http.Response
	requests []*http.Request
	bodies   []string
	times    []time.Time
}

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	s.times = append(s.times, time.Now())
	s.requests = append(s.requests, req)
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, retry.Permanent(err)
		}
		s.bodies = append(s.bodies, string(body))
	}
	if s.failures > 0 {
		s.failures--
		return nil, errDown
	}
	return s.response, nil
}

func (s *server) Do(req *http.Request) (*http.Response, error) { return s.RoundTrip(req) }

func (s *server) Post(path string, req *http.Request) (int, string, error) {
	_, err := s.RoundTrip(req)
	return len(s.requests), "/at" + path, err
}

// body can be read once, and knows whether it was closed.
type body struct {
	io.Reader
	closed int
}

func (b *body) Close() error {
	b.closed++
	return nil
}

func newRequest(t *testing.T, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://example.com/pay", body)
	require.NoError(t, err)
	req.Header.Set("X-Trace", "7")
	return req
}

func TestBodiesAreReplayed(t *testing.T) {
	once := func() io.Reader { return &body{Reader: strings.NewReader("hello")} }
	tests := []struct {
		name    string
		body    io.Reader
		getBody func() (io.ReadCloser, error) // nil: that of http.NewRequest
		bodies  []string
		calls   int
		want    error
		reason  string
	}{
		{"none", nil, nil, nil, 3, nil, "nothing to replay"},
		{"NoBody", http.NoBody, nil, []string{"", "", ""}, 3, nil, "as good as none"},
		{"string", strings.NewReader("hello"), nil, []string{"hello", "hello", "hello"}, 3, nil, "http.NewRequest knows how to get it again"},
		{"buffer", bytes.NewBufferString("hello"), nil, []string{"hello", "hello", "hello"}, 3, nil, "the same"},
		{"stream", once(), nil, []string{"hello"}, 1, errDown, "one attempt: half a body is worse than an error"},
		{"stream with GetBody", once(), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("again")), nil }, []string{"hello", "again", "again"}, 3, nil, "the caller's GetBody"},
		{"failing GetBody", once(), func() (io.ReadCloser, error) { return nil, errNoBody }, []string{"hello"}, 2, errNoBody, "the body is what fails, as it would in a direct call"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				req := newRequest(t, tt.body)
				if tt.getBody != nil {
					req.GetBody = tt.getBody
				}
				next := &server{failures: 2, response: new(http.Response)}
				got, err := request.NewResilientTransport(next, nil).RoundTrip(req)
				assert.Len(t, next.requests, tt.calls, tt.reason)
				assert.Equal(t, tt.bodies, next.bodies, tt.reason)
				for i, at := range next.times {
					assert.Equal(t, time.Duration(i)*10*ms, at.Sub(next.times[0]))
				}
				if tt.want == nil {
					assert.NoError(t, err)
					assert.Same(t, next.response, got)
					return
				}
				assert.ErrorIs(t, err, tt.want)
				assert.NotErrorIs(t, err, retry.ErrExhausted, "as it is")
			})
		})
	}
}

func TestEachAttemptHasItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &server{failures: 2}
		req := newRequest(t, strings.NewReader("hello"))
		_, err := request.NewResilientTransport(next, nil).RoundTrip(req)
		require.NoError(t, err)
		require.Len(t, next.requests, 3)
		for i, got := range next.requests {
			assert.Equal(t, i+1, retry.Attempt(got.Context()))
			assert.Equal(t, req.URL, got.URL)
			assert.Equal(t, req.ContentLength, got.ContentLength)
			assert.Equal(t, req.Header, got.Header)
			got.Header.Set("X-Trace", "changed")
		}
		assert.Equal(t, "7", req.Header.Get("X-Trace"), "each attempt's header is its own")
		assert.Equal(t, 1, retry.Attempt(req.Context()))
	})
}

// The last response comes back, whatever its status.
func TestResponsePassesThrough(t *testing.T) {
	next := &server{response: &http.Response{StatusCode: http.StatusServiceUnavailable}}
	client := request.NewResilientTransport(next, nil)
	got, err := client.RoundTrip(newRequest(t, nil))
	assert.NoError(t, err)
	assert.Same(t, next.response, got)
	assert.Len(t, next.requests, 3, "its status is worth a retry")
	assert.Same(t, next, client.Unwrap())
}

// mirror is a Mirrored that fails at first.
type mirror struct{ first, second server }

func (m *mirror) First(req *http.Request) (*http.Response, error)  { return m.first.RoundTrip(req) }
func (m *mirror) Second(req *http.Request) (*http.Response, error) { return m.second.RoundTrip(req) }
func (m *mirror) Put(_ string, req *http.Request) (string, error) {
	_, err := m.first.RoundTrip(req)
	return "", err
}

// A fallback gets a request with its own body. That is the original body if no attempt got
// it.
func TestFallbacksGetRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &mirror{server{failures: 9}, server{response: new(http.Response)}}
		client := request.NewResilientMirrored(next, nil)
		got, err := client.First(newRequest(t, strings.NewReader("hello")))
		assert.NoError(t, err)
		assert.Same(t, next.second.response, got)
		assert.Equal(t, []string{"hello", "hello"}, next.first.bodies)
		assert.Equal(t, []string{"hello"}, next.second.bodies)
		assert.Equal(t, "7", next.second.requests[0].Header.Get("X-Trace"))

		refused := &body{Reader: strings.NewReader("hello")}
		_, err = client.First(newRequest(t, refused))
		assert.NoError(t, err)
		assert.Len(t, next.first.bodies, 2, "the breaker is open")
		assert.Equal(t, "hello", next.second.bodies[1])
		assert.Equal(t, 1, refused.closed)

		text, err := client.Put("/at", newRequest(t, strings.NewReader("hello")))
		assert.NoError(t, err)
		assert.Equal(t, "/at hello", text)

		ignored := &body{Reader: strings.NewReader("hello")}
		_, err = client.Put("/none", newRequest(t, ignored))
		assert.NoError(t, err)
		assert.Equal(t, 1, ignored.closed, "though the func has no use for it")
	})
}

func TestFallbackWithoutASecondBody(t *testing.T) {
	next := &mirror{server{failures: 9}, server{response: new(http.Response)}}
	sent := &body{Reader: strings.NewReader("hello")}
	_, err := request.NewResilientMirrored(next, nil).First(newRequest(t, sent))
	assert.ErrorIs(t, err, errDown)
	assert.ErrorContains(t, err, "no GetBody", "half a body is worse than an error")
	assert.Empty(t, next.second.bodies)
	assert.Equal(t, 1, sent.closed)
}

// The callee closes the body of its request, whether it was sent or not.
func TestBodyOfAnUnsentRequestIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &server{failures: 3}
		client := request.NewResilientTransport(next, nil)
		_, err := client.RoundTrip(newRequest(t, nil))
		require.ErrorIs(t, err, retry.ErrExhausted)

		refused := &body{Reader: strings.NewReader("hello")}
		_, err = client.RoundTrip(newRequest(t, refused))
		open, ok := err.(*breaker.OpenError)
		require.True(t, ok)
		assert.Equal(t, time.Second, open.RetryAfter())
		assert.Equal(t, 1, refused.closed)

		time.Sleep(time.Second)
		sent := &body{Reader: strings.NewReader("hello")}
		_, err = client.RoundTrip(newRequest(t, sent))
		assert.NoError(t, err)
		assert.Equal(t, 1, sent.closed, "by the transport, and not again")
		assert.Len(t, next.requests, 4)
	})
}

func TestDoneContext(t *testing.T) {
	next := new(server)
	transport, doer := request.NewResilientTransport(next, nil), request.NewResilientDoer(next, nil)
	tests := []struct {
		name string
		call func(*http.Request) error
	}{
		{"RoundTrip", func(r *http.Request) error { _, err := transport.RoundTrip(r); return err }},
		{"Do", func(r *http.Request) error { _, err := doer.Do(r); return err }},
		{"Post", func(r *http.Request) error { _, _, err := doer.Post("/a", r); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			late := &body{Reader: strings.NewReader("hello")}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			assert.ErrorIs(t, tt.call(newRequest(t, late).WithContext(ctx)), context.Canceled)
			assert.Equal(t, 1, late.closed)
			assert.Empty(t, next.requests)
		})
	}
}

func TestUnderAnHTTPClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &server{failures: 2, response: &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}}
		client := http.Client{Transport: request.NewResilientTransport(next, nil)}
		response, err := client.Do(newRequest(t, strings.NewReader("hello")))
		require.NoError(t, err)
		assert.NoError(t, response.Body.Close())
		assert.Equal(t, []string{"hello", "hello", "hello"}, next.bodies)
	})
}

// The server may have carried out a POST before it failed, so nobody sends it again
// without a key.
func TestPostIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &server{failures: 2, response: &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}}
		client := http.Client{Transport: request.NewResilientTransport(next, nil)}
		_, err := client.Post("http://example.com/pay", "text/plain", strings.NewReader("hello"))
		assert.ErrorIs(t, err, errDown)
		assert.Equal(t, []string{"hello"}, next.bodies)

		req := newRequest(t, strings.NewReader("hello"))
		req.Method = http.MethodPost
		_, err = request.NewResilientDoer(next, nil).Do(req)
		assert.NoError(t, err, "Do has a key for each call")
		assert.Equal(t, []string{"hello", "hello", "hello"}, next.bodies)
	})
}

func TestDoer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &server{failures: 1, response: new(http.Response)}
		client := request.NewResilientDoer(next, nil)
		got, err := client.Do(newRequest(t, strings.NewReader("hello")))
		require.NoError(t, err)
		assert.Same(t, next.response, got)
		require.Len(t, next.requests, 2)
		key := retry.IdempotencyKey(next.requests[0].Context())
		assert.NotEmpty(t, key)
		assert.Equal(t, key, retry.IdempotencyKey(next.requests[1].Context()))

		assert.Equal(t, 10*ms, next.times[1].Sub(next.times[0]))

		next.failures = 2
		status, location, err := client.Post("/a", newRequest(t, strings.NewReader("world")))
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.ErrorIs(t, err, errDown)
		assert.Equal(t, 4, status, "of the last attempt")
		assert.Equal(t, "/at/a", location)
		assert.Equal(t, []string{"hello", "hello", "world", "world"}, next.bodies)
		assert.Empty(t, retry.IdempotencyKey(next.requests[2].Context()), "Post has no key")
		assert.Equal(t, 10*ms, next.times[3].Sub(next.times[2]))

		next.failures = 2
		_, err = client.Do(newRequest(t, nil))
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.Len(t, next.requests, 6)
		assert.Same(t, next, client.Unwrap())
	})
}
