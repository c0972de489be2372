package httpretry_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// Without GetBody, reading the body of a second request fails.
func TestAnotherRequestWithoutGetBody(t *testing.T) {
	req := newRequest(t, "http://127.0.0.1/", stream("pay"))
	replay := httpretry.NewReplay(req)
	first, second := replay.Request(t.Context()), replay.Request(t.Context())
	content, err := io.ReadAll(first.Body)
	assert.NoError(t, err)
	assert.Equal(t, "pay", string(content))
	_, err = io.ReadAll(second.Body)
	assert.EqualError(t, err, "the body of the request can be sent only once, because it has no GetBody")
}

// The caller gets the error of the only attempt as it is.
func TestBodyWithoutGetBodyIsOneAttempt(t *testing.T) {
	c, _ := newClient(t, policy.Timeout{})
	_, err := c.Do(newRequest(t, serve(t, 1).URL, stream("pay")))
	assert.Same(t, errStatus, err)
}

func TestRetriesOfARequestWithoutGetBodyStayOffBelow(t *testing.T) {
	withBody := httpretry.NewReplay(newRequest(t, "http://127.0.0.1/", stream("pay")))
	without := httpretry.NewReplay(newRequest(t, "http://127.0.0.1/", nil))
	for want, replay := range map[int]*httpretry.Replay{1: withBody, 3: without} {
		below, calls := retry.NewWrapper("Below", policy.Policy{}, nil).Method("Do", retry.MethodSpec{
			Policy: policy.Policy{Retry: policy.Retry{Attempts: 3}},
		}), 0
		_ = below.Do(replay.Context(), func(context.Context) error { calls++; return errStatus })
		assert.Equal(t, want, calls)
	}
}

// A call inside the only attempt of a request, such as one for a token, may make several
// attempts.
func TestCallsInsideTheOnlyAttemptMayRetry(t *testing.T) {
	tokens := retry.NewWrapper("Tokens", policy.Policy{}, nil).Method("Get", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 3}},
	})
	for name, want := range map[string]int{"free": 3, "without retry": 1} {
		t.Run(name, func(t *testing.T) {
			c, _ := newClient(t, policy.Timeout{Attempt: time.Minute})
			sent, asked := 0, 0
			c.send = func(req *http.Request) (*http.Response, error) {
				sent++
				return nil, tokens.Do(req.Context(), func(context.Context) error { asked++; return errStatus })
			}
			req := newRequest(t, "http://127.0.0.1/", stream("pay"))
			if name == "without retry" {
				req = req.WithContext(retry.WithoutRetry(t.Context()))
			}
			_, err := c.Do(req)
			require.ErrorIs(t, err, errStatus)
			assert.Equal(t, 1, sent)
			assert.Equal(t, want, asked)
		})
	}
}

// Reading a body may set the trailer of its request. An attempt that was given up may still
// read the body when the next request is made.
func TestTrailerIsSetWhileTheNextRequestIsMade(t *testing.T) {
	req := newRequest(t, "http://example.com/", nil)
	req.Trailer = http.Header{"Checksum": {"of the first body"}}
	req.Body = readFunc(func([]byte) (int, error) {
		req.Trailer.Set("Checksum", "of the body as it was read")
		return 0, io.EOF
	})
	req.GetBody = func() (io.ReadCloser, error) { return http.NoBody, nil }
	replay := httpretry.NewReplay(req)
	first := replay.Request(t.Context())
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.ReadAll(first.Body) })
	for _, again := range []*http.Request{replay.Request(t.Context()), replay.Fallback(t.Context())} {
		assert.Equal(t, http.Header{"Checksum": {"of the first body"}}, again.Trailer)
	}
	reading.Wait()
	for _, again := range []*http.Request{replay.Request(t.Context()), replay.Fallback(t.Context())} {
		assert.Equal(t, http.Header{"Checksum": {"of the first body"}}, again.Trailer)
	}
	assert.Equal(t, "of the body as it was read", first.Trailer.Get("Checksum"), "the first attempt sends what its body sets")
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
func (readFunc) Close() error                 { return nil }

// A trailer that is announced without a value is set while the body is read. A second
// request would lack the value, so there is none.
func TestTrailerThatTheBodySetsIsSentOnce(t *testing.T) {
	tests := []struct {
		name    string
		trailer http.Header
		body    string
		want    int
	}{
		{"announced", http.Header{"Checksum": nil}, "pay", 1},
		{"one of two", http.Header{"Size": {"3"}, "Checksum": nil}, "pay", 1},
		{"with a value", http.Header{"Checksum": {"4711"}}, "pay", 3},
		{"without a body", http.Header{"Checksum": nil}, "", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newClient(t, policy.Timeout{})
			var sent []*http.Request
			c.send = func(req *http.Request) (*http.Response, error) {
				sent = append(sent, req)
				return nil, errStatus
			}
			req := newRequest(t, "http://127.0.0.1/", strings.NewReader(tt.body))
			req.Trailer = tt.trailer
			_, err := c.Do(req)
			require.ErrorIs(t, err, errStatus)
			assert.Len(t, sent, tt.want)
			for _, req := range sent {
				assert.Equal(t, tt.trailer, req.Trailer)
			}
		})
	}

	req := newRequest(t, "http://127.0.0.1/", strings.NewReader("pay"))
	req.Trailer = http.Header{"Checksum": nil}
	replay := httpretry.NewReplay(req)
	replay.Request(t.Context())
	_, err := io.ReadAll(replay.Request(t.Context()).Body)
	assert.EqualError(t, err, "the request can be sent only once, because its trailer is set while its body is read")
}
