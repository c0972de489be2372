package httpretry_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

var errStatus = errors.New("status 503")

// A client does what the generator writes for a method from a request to a response.
type client struct {
	method *retry.Method
	send   func(*http.Request) (*http.Response, error)
}

func (c *client) Do(req *http.Request) (*http.Response, error) {
	replay := httpretry.NewReplay(req)
	defer replay.Close()
	return retry.Call(replay.Context(), c.method, func(ctx context.Context) (*http.Response, error) {
		return c.send(replay.Request(ctx))
	})
}

// newClient returns a client that makes three attempts, and the group of its breaker. It
// takes a response of 503 as an error.
func newClient(t *testing.T, timeout policy.Timeout) (*client, *retry.Group) {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	group := new(retry.Group)
	w := retry.NewWrapper("Doer", policy.Policy{Breaker: policy.Breaker{Failures: 100}}, &retry.Options{Group: group})
	return &client{
		method: w.Method("Do", retry.MethodSpec{
			Policy:        policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{}}, Timeout: timeout},
			SharedBreaker: true,
		}),
		send: func(req *http.Request) (*http.Response, error) {
			resp, err := transport.RoundTrip(req)
			if err == nil && resp.StatusCode == http.StatusServiceUnavailable {
				resp.Body.Close()
				return nil, errStatus
			}
			return resp, err
		},
	}, group
}

// A server fails the first requests, and remembers the bodies that arrive complete.
type server struct {
	*httptest.Server
	failures int
	mu       sync.Mutex
	bodies   []string
}

func serve(t *testing.T, failures int) *server {
	t.Helper()
	s := &server{failures: failures}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return // the client broke off
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bodies = append(s.bodies, string(body))
		if len(s.bodies) <= s.failures {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "done")
	}))
	t.Cleanup(s.Close)
	return s
}

// A body can be read once, and counts how often it is closed.
type body struct {
	io.Reader
	closed int
}

func (b *body) Close() error {
	b.closed++
	return nil
}

func stream(text string) *body { return &body{Reader: strings.NewReader(text)} }

func newRequest(t *testing.T, url string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, body)
	require.NoError(t, err)
	return req
}

func TestBodiesReachTheServerAgain(t *testing.T) {
	errGone := errors.New("the file is gone")
	tests := []struct {
		name    string
		body    func() io.Reader
		getBody func() (io.ReadCloser, error) // nil means the one of http.NewRequest
		bodies  []string                      // at a server that fails twice
		want    error
		reason  string
	}{
		{"none", func() io.Reader { return nil }, nil, []string{"", "", ""}, nil, "nothing to send again"},
		{"NoBody", func() io.Reader { return http.NoBody }, nil, []string{"", "", ""}, nil, "the same"},
		{"string", func() io.Reader { return strings.NewReader("pay") }, nil, []string{"pay", "pay", "pay"}, nil, "http.NewRequest sets GetBody"},
		{"bytes", func() io.Reader { return bytes.NewReader([]byte("pay")) }, nil, []string{"pay", "pay", "pay"}, nil, "the same"},
		{
			"GetBody", func() io.Reader { return stream("pay") },
			func() (io.ReadCloser, error) { return stream("pay again"), nil },
			[]string{"pay", "pay again", "pay again"}, nil, "the caller sets GetBody",
		},
		{"stream", func() io.Reader { return stream("pay") }, nil, []string{"pay"}, errStatus, "one attempt: an empty second body would be a wrong request"},
		{
			"GetBody fails", func() io.Reader { return stream("pay") },
			func() (io.ReadCloser, error) { return nil, errGone },
			[]string{"pay"}, errGone, "reading the body fails, and would fail again",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, 2)
			c, _ := newClient(t, policy.Timeout{})
			req := newRequest(t, s.URL, tt.body())
			if tt.getBody != nil {
				req.GetBody = tt.getBody
			}
			resp, err := c.Do(req)
			s.mu.Lock()
			assert.Equal(t, tt.bodies, s.bodies, tt.reason)
			s.mu.Unlock()
			if tt.want != nil {
				assert.ErrorIs(t, err, tt.want, tt.reason)
				assert.NotErrorIs(t, err, retry.ErrExhausted, "the error as it is")
				return
			}
			require.NoError(t, err)
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			assert.Equal(t, "done", string(got))
		})
	}
}

func TestAttemptsHaveTheirRequests(t *testing.T) {
	for name, timeout := range map[string]policy.Timeout{
		"direct":  {},
		"general": {Attempt: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newClient(t, timeout)
			var sent []*http.Request
			c.send = func(req *http.Request) (*http.Response, error) {
				assert.NoError(t, req.Context().Err())
				sent = append(sent, req)
				return nil, errStatus
			}
			req := newRequest(t, "http://127.0.0.1/", strings.NewReader("pay"))
			req.Header.Set("X-Trace", "7")
			_, err := c.Do(req)
			require.ErrorIs(t, err, retry.ErrExhausted)
			require.Len(t, sent, 3)
			assert.Equal(t, req.Body, sent[0].Body, "the first attempt sends the original body")
			for i, got := range sent {
				assert.Equal(t, i+1, retry.Attempt(got.Context()))
				assert.Equal(t, req.URL, got.URL)
				assert.Equal(t, "7", got.Header.Get("X-Trace"))
				_, timed := got.Context().Deadline()
				assert.Equal(t, name == "general", timed, "the attempt's context")
			}
			sent[0].Header.Set("X-Trace", "8")
			sent[1].Header.Set("X-Trace", "9")
			assert.Equal(t, "7", req.Header.Get("X-Trace"), "each attempt's header is its own")
			assert.NoError(t, req.Context().Err(), "the caller's context stays as it is")
		})
	}
}

// The timeout of an attempt ends the request of that attempt only.
func TestAttemptTimeoutEndsTheRequest(t *testing.T) {
	var requests atomic.Int32
	hanging := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if requests.Add(1) == 1 {
			<-req.Context().Done()
			return
		}
		_, _ = io.WriteString(w, "done")
	}))
	defer hanging.Close()
	c, _ := newClient(t, policy.Timeout{Attempt: 500 * time.Millisecond})
	resp, err := c.Do(newRequest(t, hanging.URL, nil))
	require.NoError(t, err)
	resp.Body.Close()
	hanging.Close()
	assert.Equal(t, int32(2), requests.Load())
}

// The body of a request is closed even if the request is not sent.
func TestBodiesAreClosed(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(*testing.T, *http.Request, *retry.Group) *http.Request
		want    error
	}{
		{"refused", func(_ *testing.T, req *http.Request, group *retry.Group) *http.Request {
			group.Breaker().ForceOpen()
			return req
		}, breaker.ErrOpen},
		{"cancelled", func(t *testing.T, req *http.Request, _ *retry.Group) *http.Request {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return req.WithContext(ctx)
		}, context.Canceled},
		{"sent", func(_ *testing.T, req *http.Request, _ *retry.Group) *http.Request { return req }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, group := newClient(t, policy.Timeout{})
			b := stream("pay")
			c.send = func(req *http.Request) (*http.Response, error) { return nil, req.Body.Close() }
			_, err := c.Do(tt.prepare(t, newRequest(t, "http://127.0.0.1/", b), group))
			assert.ErrorIs(t, err, tt.want)
			assert.Equal(t, 1, b.closed)
		})
	}
}

func TestBodiesAreClosedOnce(t *testing.T) {
	b := stream("pay")
	replay := httpretry.NewReplay(newRequest(t, "http://127.0.0.1/", b))
	replay.Close()
	replay.Close()
	assert.Equal(t, 1, b.closed)
}

// A request without a body has nothing to close.
func TestCloseWithoutABody(t *testing.T) {
	for _, body := range []io.Reader{nil, http.NoBody} {
		replay := httpretry.NewReplay(newRequest(t, "http://127.0.0.1/", body))
		assert.NotPanics(t, replay.Close)
		assert.NotPanics(t, replay.Close, "not even twice")
	}
}

// An http.Client with a jar adds its cookies to the header of the request that it sends.
// They must be neither in the next request nor in the original one.
func TestCookiesBelongToTheirAttempt(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		got = append(got, req.Header.Get("Cookie"))
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	req := newRequest(t, server.URL, strings.NewReader("pay"))
	jar.SetCookies(req.URL, []*http.Cookie{{Name: "a", Value: "1"}})
	c, _ := newClient(t, policy.Timeout{})
	c.send = func(req *http.Request) (*http.Response, error) {
		response, err := (&http.Client{Jar: jar}).Do(req)
		if err == nil {
			err = httpretry.Check(response)
		}
		return response, err
	}
	_, err = c.Do(req)
	require.ErrorIs(t, err, retry.ErrExhausted)
	assert.Equal(t, []string{"a=1", "a=1", "a=1"}, got)
	assert.Empty(t, req.Header.Get("Cookie"))
}

// Copies of an attempt run at the same time, each with its own request.
func TestReplayForCopies(t *testing.T) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://example.com", strings.NewReader("body"))
	require.NoError(t, err)
	body := req.Body
	replay := httpretry.NewReplay(req)
	defer replay.Close()
	var originals atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			mine := replay.Request(t.Context())
			if mine.Body == body {
				originals.Add(1)
			}
			content, err := io.ReadAll(mine.Body)
			assert.NoError(t, err)
			assert.Equal(t, "body", string(content))
		})
	}
	wg.Wait()
	assert.Equal(t, int32(1), originals.Load())
}
