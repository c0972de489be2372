package httpretry_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// The request that is sent carries the key of the call and the number of the attempt. The
// original request does not change.
func TestTransportMarksRequests(t *testing.T) {
	var headers []http.Header
	base := roundTrip(func(req *http.Request) (*http.Response, error) {
		headers = append(headers, req.Header)
		if len(headers) == 1 {
			return nil, errStatus
		}
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})
	transport := &httpretry.Transport{Base: base}
	m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Do", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 2, Strategy: backoff.Simple{}}}, IdempotencyKey: true,
	})
	c := &client{method: m, send: transport.RoundTrip}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://example.com", nil)
	require.NoError(t, err)
	resp, err := c.Do(req)
	require.NoError(t, err)
	resp.Body.Close()
	require.Len(t, headers, 2)
	key := headers[0].Get(httpretry.IdempotencyKeyHeader)
	assert.NotEmpty(t, key)
	assert.Equal(t, key, headers[1].Get(httpretry.IdempotencyKeyHeader), "the server recognizes them as one request")
	assert.Empty(t, headers[0].Get(httpretry.AttemptHeader))
	assert.Equal(t, "2", headers[1].Get(httpretry.AttemptHeader))
	assert.Empty(t, req.Header, "the original does not change")

	mine, err := http.NewRequestWithContext(retry.WithIdempotencyKey(t.Context(), "other"), http.MethodPost, "http://example.com", nil)
	require.NoError(t, err)
	mine.Header.Set(httpretry.IdempotencyKeyHeader, "mine")
	resp, err = transport.RoundTrip(mine)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, "mine", headers[2].Get(httpretry.IdempotencyKeyHeader), "the header that the user sets stays")
}

// A request that needs no header is sent as it is. Any other is copied, and the original
// does not change.
func TestTransportCopiesOnlyWhatItMarks(t *testing.T) {
	var sent *http.Request
	transport := &httpretry.Transport{Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		sent = req
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})}
	send := func(ctx context.Context, header http.Header) *http.Request {
		req := (&http.Request{Header: header}).WithContext(ctx)
		resp, err := transport.RoundTrip(req)
		require.NoError(t, err)
		resp.Body.Close()
		return req
	}
	assert.Same(t, send(t.Context(), nil), sent)

	keyed := retry.WithIdempotencyKey(t.Context(), "k")
	req := send(keyed, http.Header{"Accept": {"*/*"}})
	assert.NotSame(t, req, sent)
	assert.Equal(t, http.Header{"Accept": {"*/*"}}, req.Header)
	assert.Equal(t, http.Header{"Accept": {"*/*"}, httpretry.IdempotencyKeyHeader: {"k"}}, sent.Header)

	req = send(keyed, nil)
	assert.Nil(t, req.Header)
	assert.Equal(t, http.Header{httpretry.IdempotencyKeyHeader: {"k"}}, sent.Header)
}

// What the base transport returns passes through, whatever the status.
func TestTransportReturnsAll(t *testing.T) {
	down := errors.New("down")
	response := &http.Response{StatusCode: http.StatusBadGateway, Body: http.NoBody}
	answers := []struct {
		response *http.Response
		err      error
	}{{nil, down}, {response, nil}}
	for _, want := range answers {
		transport := &httpretry.Transport{Base: roundTrip(func(*http.Request) (*http.Response, error) {
			return want.response, want.err
		})}
		resp, err := transport.RoundTrip(&http.Request{})
		assert.Same(t, want.response, resp)
		assert.Equal(t, want.err, err)
	}
}

// roundTrip is a func that is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
