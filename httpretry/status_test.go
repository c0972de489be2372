package httpretry

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"none", "", 0},
		{"seconds", "120", 2 * time.Minute},
		{"spaces", " 3 ", 3 * time.Second},
		{"zero", "0", 0},
		{"a date", "Sun, 01 Mar 2026 12:00:30 GMT", 30 * time.Second},
		{"an old form of date", "Sunday, 01-Mar-26 12:01:00 GMT", time.Minute},
		{"a date in the past", "Sun, 01 Mar 2026 11:00:00 GMT", 0},
		{"negative", "-5", 0},
		{"a fraction", "1.5", 0},
		{"nonsense", "soon", 0},
		{"more than fits", "99999999999999999999", math.MaxInt64 / time.Second * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, retryAfter(http.Header{"Retry-After": {tt.header}}, now))
		})
	}
}

func TestStatuses(t *testing.T) {
	for code, want := range map[int]struct{ failed, retryable, safe bool }{
		200: {}, 204: {}, 304: {}, 399: {},
		400: {failed: true}, 499: {failed: true}, 404: {failed: true}, 409: {failed: true}, 501: {failed: true}, 505: {failed: true}, 511: {failed: true},
		408: {failed: true, retryable: true}, 500: {failed: true, retryable: true}, 502: {failed: true, retryable: true},
		503: {failed: true, retryable: true}, 504: {failed: true, retryable: true}, 599: {failed: true, retryable: true},
		421: {failed: true, safe: true}, 425: {true, true, true}, 429: {true, true, true},
	} {
		err := Check(&http.Response{StatusCode: code})
		assert.Equal(t, want.failed, err != nil, code)
		if e, ok := errors.AsType[*StatusError](err); ok {
			assert.Equal(t, want.retryable, e.Retryable(), code)
		}
		assert.Equal(t, want.safe, Safe(fmt.Errorf("wrapped: %w", err)), code)
	}
	assert.False(t, Safe(nil))
	assert.False(t, Safe(io.EOF))
	assert.True(t, retry.Transient(Check(&http.Response{StatusCode: 503})))
}

// closes remembers that it was closed.
type closes struct {
	io.Reader
	closed bool
}

func (c *closes) Close() error { c.closed = true; return nil }

func TestCheckReadsAndCloses(t *testing.T) {
	body := &closes{Reader: strings.NewReader(strings.Repeat("x", 5000))}
	err := Check(&http.Response{
		StatusCode: 503, Status: "503 Busy", Body: body,
		Header:  http.Header{"Retry-After": {"7"}},
		Request: &http.Request{Method: http.MethodPut},
	})
	e, ok := errors.AsType[*StatusError](err)
	require.True(t, ok)
	assert.EqualError(t, e, "http: PUT: 503 Busy")
	assert.Len(t, e.Body, 1024)
	assert.Equal(t, 7*time.Second, e.RetryAfter())
	assert.True(t, body.closed)

	fine := &closes{Reader: strings.NewReader("ok")}
	assert.NoError(t, Check(&http.Response{StatusCode: 200, Body: fine}))
	assert.False(t, fine.closed, "the caller closes it")
	assert.EqualError(t, Check(&http.Response{StatusCode: 404}), "http: 404 Not Found")
}

func TestRetryAfterOfAHeader(t *testing.T) {
	for _, tt := range []struct {
		header string
		want   time.Duration
		ok     bool
	}{
		{"3", 3 * time.Second, true},
		{" 0 ", 0, true},
		{"Wed, 21 Oct 2015 07:28:00 GMT", 0, true},
		{"", 0, false},
		{"soon", 0, false},
		{"-1", 0, false},
	} {
		delay, ok := RetryAfter(http.Header{"Retry-After": {tt.header}})
		assert.Equal(t, tt.want, delay, tt.header)
		assert.Equal(t, tt.ok, ok, tt.header)
	}
}

// ResponseError leaves the body to the caller.
func TestResponseError(t *testing.T) {
	body := &closing{Reader: strings.NewReader("busy")}
	resp := &http.Response{
		StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"3"}}, Body: body,
		Request: &http.Request{Method: http.MethodGet},
	}
	err := ResponseError(resp, nil)
	e, ok := errors.AsType[*StatusError](err)
	require.True(t, ok)
	assert.Equal(t, 3*time.Second, e.RetryAfter())
	assert.Equal(t, http.StatusServiceUnavailable, e.HTTPStatusCode())
	assert.Equal(t, http.MethodGet, e.Method)
	assert.Empty(t, e.Body)
	assert.Zero(t, body.closed)
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "busy", string(read))

	down := errors.New("down")
	assert.NoError(t, ResponseError(&http.Response{StatusCode: http.StatusNotModified}, nil))
	assert.Equal(t, down, ResponseError(resp, down))
	assert.Equal(t, down, ResponseError(nil, down))
	assert.NoError(t, ResponseError(nil, nil))
}

func TestDiscard(t *testing.T) {
	body := &closing{Reader: strings.NewReader("")}
	Discard(&http.Response{Body: body})
	assert.Equal(t, 1, body.closed)
	Discard(&http.Response{})
	Discard(nil)
}

// closing is a body that counts how often it was closed.
type closing struct {
	io.Reader
	closed int
}

func (c *closing) Close() error {
	c.closed++
	return nil
}
