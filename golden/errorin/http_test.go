package errorin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/errorin"
	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// A site answers with statuses in turn, and with the last one from then on. The body is
// larger than what a transport reads ahead.
type site struct {
	*httptest.Server
	requests atomic.Int64
	header   http.Header
}

const paragraph = "this is a long answer "

var text = strings.Repeat(paragraph, 1<<14)

func newSite(t *testing.T, statuses ...int) *site {
	s := &site{header: http.Header{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		n := int(s.requests.Add(1))
		for name, values := range s.header {
			w.Header()[name] = values
		}
		w.WriteHeader(statuses[min(n, len(statuses))-1])
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(s.Close)
	return s
}

// A client is the client of a site. It notes the bodies that it has returned.
type client struct {
	site   *site
	err    error // comes beside each response
	mu     sync.Mutex
	bodies []*body
}

type body struct {
	io.ReadCloser
	closed atomic.Int64
}

func (b *body) Close() error {
	b.closed.Add(1)
	return b.ReadCloser.Close()
}

func (c *client) get(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.site.URL, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.site.Client().Do(req)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	b := &body{ReadCloser: resp.Body}
	c.bodies, resp.Body = append(c.bodies, b), b
	return resp, c.err
}

func (c *client) GetUser(ctx context.Context, _ string, _ ...errorin.RequestEditor) (*http.Response, error) {
	return c.get(ctx)
}
func (c *client) GetAvatar(ctx context.Context, _ string) (*http.Response, error) { return c.get(ctx) }
func (c *client) ListUsers(ctx context.Context) (*http.Response, error)           { return c.get(ctx) }
func (c *client) Export(ctx context.Context) (*http.Response, error)              { return c.get(ctx) }
func (c *client) Ping(ctx context.Context) (*http.Response, error)                { return c.get(ctx) }
func (c *client) Count(ctx context.Context) (int, error)                          { return 0, nil }
func (c *client) Search(ctx context.Context, _ string) (*http.Response, error)    { return c.get(ctx) }

// closed returns how often each body was closed.
func (c *client) closed() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []int64
	for _, b := range c.bodies {
		list = append(list, b.closed.Load())
	}
	return list
}

// whole reads a body to its end.
func whole(t *testing.T, resp *http.Response) {
	t.Helper()
	require.NotNil(t, resp)
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, text, string(got))
	require.NoError(t, resp.Body.Close())
}

// A status is retried. The caller gets the last response whole, and the bodies of the
// others are closed once.
func TestStatus(t *testing.T) {
	calls := map[string]func(errorin.Client, context.Context) (*http.Response, error){
		"without a timeout":    func(c errorin.Client, ctx context.Context) (*http.Response, error) { return c.GetUser(ctx, "7") },
		"with attempt timeout": func(c errorin.Client, ctx context.Context) (*http.Response, error) { return c.GetAvatar(ctx, "7") },
		"hedged":               func(c errorin.Client, ctx context.Context) (*http.Response, error) { return c.Search(ctx, "7") },
	}
	tests := []struct {
		name     string
		statuses []int
		want     int
		closed   []int64
	}{
		{"success", []int{200}, 200, []int64{1}},
		{"mended", []int{503, 500, 200}, 200, []int64{1, 1, 1}},
		{"given up", []int{503}, 503, []int64{1, 1, 1}},
		{"an answer", []int{404}, 404, []int64{1}},
	}
	for name, call := range calls {
		for _, tt := range tests {
			t.Run(name+", "+tt.name, func(t *testing.T) {
				next := &client{site: newSite(t, tt.statuses...)}
				resp, err := call(errorin.NewResilientClient(next, nil), t.Context())
				require.NoError(t, err)
				assert.Equal(t, tt.want, resp.StatusCode)
				before := next.closed()
				assert.Zero(t, before[len(before)-1], "the last body is the caller's")
				whole(t, resp)
				assert.Equal(t, tt.closed, next.closed())
			})
		}
	}
}

// A client that returns a response beside an error: the caller gets both, and the error is
// wrapped as it would be without a response.
func TestStatusBesideAnError(t *testing.T) {
	errStatus := errors.New("status 503")
	next := &client{site: newSite(t, 503), err: errStatus}
	c := errorin.NewResilientClient(next, nil)
	for name, call := range map[string]func() (*http.Response, error){
		"error-in":     func() (*http.Response, error) { return c.GetAvatar(t.Context(), "7") },
		"no error-in":  func() (*http.Response, error) { return c.Ping(t.Context()) },
		"copies":       func() (*http.Response, error) { return c.Search(t.Context(), "7") },
		"no deadlines": func() (*http.Response, error) { return c.GetUser(t.Context(), "7") },
	} {
		t.Run(name, func(t *testing.T) {
			c.Group().Breaker().ForceClose()
			resp, err := call()
			require.ErrorIs(t, err, errStatus)
			require.ErrorIs(t, err, retry.ErrExhausted)
			whole(t, resp)
		})
	}
}

// The breaker counts statuses. When it is open there is no response, and so an error.
func TestBreakerOfStatuses(t *testing.T) {
	next := &client{site: newSite(t, 500)}
	var outcomes []retry.Outcome
	var failures []error
	c := errorin.NewResilientClient(next, &retry.Options{Hooks: retry.Hooks{
		CallDone:    func(_ context.Context, e retry.CallEvent) { outcomes = append(outcomes, e.Outcome) },
		AttemptDone: func(_ context.Context, e retry.AttemptEvent) { failures = append(failures, e.Err) },
	}})
	for range 2 {
		resp, err := c.GetUser(t.Context(), "7")
		require.NoError(t, err)
		assert.Equal(t, 500, resp.StatusCode, "the second call has made two attempts when the breaker opens")
		whole(t, resp)
	}
	assert.Equal(t, int64(5), next.site.requests.Load())
	resp, err := c.GetUser(t.Context(), "7")
	assert.ErrorIs(t, err, breaker.ErrOpen)
	assert.Nil(t, resp)
	assert.Equal(t, []retry.Outcome{retry.OutcomeExhausted, retry.OutcomeOpen, retry.OutcomeOpen}, outcomes)
	var status *httpretry.StatusError
	require.ErrorAs(t, failures[0], &status)
	assert.Equal(t, 500, status.StatusCode)
}

// The server says how long to wait.
func TestRetryAfterOfAResponse(t *testing.T) {
	next := &client{site: newSite(t, 429, 200)}
	next.site.header.Set("Retry-After", "1")
	began := time.Now()
	resp, err := errorin.NewResilientClient(next, nil).GetUser(t.Context(), "7")
	require.NoError(t, err)
	whole(t, resp)
	assert.GreaterOrEqual(t, time.Since(began), time.Second)
}

// A fallback is asked with the error of the status, and replaces the response.
func TestFallbackForAStatus(t *testing.T) {
	next := &client{site: newSite(t, 503)}
	resp, err := errorin.NewResilientClient(next, nil).ListUsers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, resp.StatusCode)
	assert.Equal(t, []int64{1, 1, 1}, next.closed())

	next = &client{site: newSite(t, 404)}
	resp, err = errorin.NewResilientClient(next, nil).ListUsers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 404, resp.StatusCode, "an answer is not for the fallback")
	whole(t, resp)
}

// Polling asks about responses without an error. What it throws away is closed once.
func TestPollingOfResponses(t *testing.T) {
	next := &client{site: newSite(t, 202, 500, 200)}
	resp, err := errorin.NewResilientClient(next, nil).Export(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 200, resp.StatusCode)
	whole(t, resp)
	assert.Equal(t, []int64{1, 1, 1}, next.closed())

	next = &client{site: newSite(t, 202)}
	resp, err = errorin.NewResilientClient(next, nil).Export(t.Context())
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, resp.StatusCode, "the fallback's, because it is never good")
	assert.Equal(t, []int64{1, 1, 1}, next.closed())
}

// A caller who cancels during the wait gets the response that has come.
func TestCancelAfterAResponse(t *testing.T) {
	next := &client{site: newSite(t, 503)}
	next.site.header.Set("Retry-After", "5")
	ctx, cancel := context.WithCancel(t.Context())
	opts := &retry.Options{Hooks: retry.Hooks{AttemptDone: func(context.Context, retry.AttemptEvent) {
		time.AfterFunc(50*time.Millisecond, cancel)
	}}}
	resp, err := errorin.NewResilientClient(next, opts).GetUser(ctx, "7")
	require.NoError(t, err)
	assert.Equal(t, 503, resp.StatusCode)
	require.NoError(t, resp.Body.Close())

	resp, err = errorin.NewResilientClient(next, nil).GetUser(ctx, "7")
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, resp, "there was no attempt")
}

// Switched off, a wrapper changes nothing.
func TestDisabled(t *testing.T) {
	next := &client{site: newSite(t, 500)}
	c := errorin.NewResilientClient(next, nil)
	c.Group().SetEnabled(false)
	for _, call := range []func() (*http.Response, error){
		func() (*http.Response, error) { return c.GetUser(t.Context(), "7") },
		func() (*http.Response, error) { return c.Search(t.Context(), "7") },
	} {
		resp, err := call()
		require.NoError(t, err)
		whole(t, resp)
	}
	assert.Equal(t, int64(2), next.site.requests.Load())
}

// An override may take a hedge away. The bodies are closed all the same.
func TestHedgeOverridden(t *testing.T) {
	overrides, err := retry.ParseOverrides("Client.Search: hedge off")
	require.NoError(t, err)
	next := &client{site: newSite(t, 503)}
	resp, err := errorin.NewResilientClient(next, &retry.Options{Override: overrides}).Search(t.Context(), "7")
	require.NoError(t, err)
	whole(t, resp)
	assert.Equal(t, []int64{1, 1, 1}, next.closed())
}

// Of a hedged call the copy that has no error wins, and the response that loses is closed.
func TestCopiesAreJudgedByStatus(t *testing.T) {
	next := &slow{client: &client{site: newSite(t, 200)}, copied: make(chan struct{}), failed: make(chan struct{})}
	resp, err := errorin.NewResilientClient(next, nil).Search(t.Context(), "7")
	require.NoError(t, err)
	assert.Equal(t, 200, resp.StatusCode)
	whole(t, resp)
	assert.Equal(t, []int64{1}, next.closed())
	isClosed := func() bool { return next.lost.closed.Load() == 1 }
	assert.Eventually(t, isClosed, time.Minute, time.Millisecond)
}

// slow answers its first request with a 503 while the copy is under way.
type slow struct {
	*client
	calls  atomic.Int64
	copied chan struct{} // closed when the copy begins
	failed chan struct{} // closed when the first request is answered
	lost   body
}

func (s *slow) Search(ctx context.Context, _ string) (*http.Response, error) {
	if s.calls.Add(1) == 1 {
		<-s.copied
		defer close(s.failed)
		s.lost.ReadCloser = io.NopCloser(strings.NewReader("busy"))
		return &http.Response{StatusCode: 503, Body: &s.lost}, nil
	}
	close(s.copied)
	<-s.failed
	time.Sleep(100 * time.Millisecond) // the wrapper gets the 503 meanwhile
	return s.get(ctx)
}

// An http.Client gets the last response of its RoundTripper, and no error.
func TestTransport(t *testing.T) {
	for name, statuses := range map[string][]int{"given up": {503}, "mended": {503, 502, 200}} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, statuses...)
			c := &http.Client{Transport: errorin.NewResilientTransport(s.Client().Transport, nil)}
			resp, err := c.Get(s.URL)
			require.NoError(t, err)
			assert.Equal(t, statuses[len(statuses)-1], resp.StatusCode)
			time.Sleep(time.Millisecond)
			whole(t, resp)
			assert.Equal(t, int64(3), s.requests.Load())

			before := s.requests.Load()
			resp, err = c.Post(s.URL, "text/plain", strings.NewReader("once"))
			require.NoError(t, err)
			whole(t, resp)
			assert.Equal(t, before+1, s.requests.Load(), "a POST is not sent again")
		})
	}
}

// typed is a client whose results are read.
type typed struct{ statuses []int }

func (c *typed) next() int {
	status := c.statuses[0]
	if len(c.statuses) > 1 {
		c.statuses = c.statuses[1:]
	}
	return status
}

var errDial = errors.New("dial")

func (c *typed) GetUserWithResponse(context.Context, string) (*errorin.GetUserResponse, error) {
	status := c.next()
	if status == 0 {
		return nil, errDial
	}
	return &errorin.GetUserResponse{HTTPResponse: &http.Response{StatusCode: status}}, nil
}

var listed = &errorin.ListUsersResponse{Status: 200}

func (c *typed) ListUsersWithResponse(context.Context) (*errorin.ListUsersResponse, error) {
	return &errorin.ListUsersResponse{Status: c.next()}, nil
}

// One func with an interface fits the results of all methods.
func TestTypedResponses(t *testing.T) {
	c := errorin.NewResilientClientWithResponses(&typed{statuses: []int{500, 0, 201}}, nil)
	user, err := c.GetUserWithResponse(t.Context(), "7")
	require.NoError(t, err)
	assert.Equal(t, 201, user.StatusCode())

	c = errorin.NewResilientClientWithResponses(&typed{statuses: []int{500, 500, 0}}, nil)
	user, err = c.GetUserWithResponse(t.Context(), "7")
	require.ErrorIs(t, err, errDial)
	require.ErrorIs(t, err, retry.ErrExhausted)
	assert.Nil(t, user)

	c = errorin.NewResilientClientWithResponses(&typed{statuses: []int{500}}, nil)
	users, err := c.ListUsersWithResponse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 500, users.Status)
}

// ready returns the same result all the time.
type ready struct{}

var got = &errorin.GetUserResponse{HTTPResponse: &http.Response{StatusCode: 200}}

func (ready) GetUserWithResponse(context.Context, string) (*errorin.GetUserResponse, error) {
	return got, nil
}

func (ready) ListUsersWithResponse(context.Context) (*errorin.ListUsersResponse, error) {
	return listed, nil
}

func TestSuccessAllocatesNothing(t *testing.T) {
	c := errorin.NewResilientClientWithResponses(ready{}, nil)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.GetUserWithResponse(t.Context(), "7") }))
}
