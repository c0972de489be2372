package httpretry_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/golden/request"
	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// timeLeft returns the header that a request with the context ctx is sent with.
func timeLeft(t *testing.T, ctx context.Context, header http.Header) string {
	t.Helper()
	transport := &httpretry.Transport{TimeLeft: "Time-Left"}
	sent := ""
	transport.Base = roundTrip(func(req *http.Request) (*http.Response, error) {
		sent = req.Header.Get("Time-Left")
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})
	resp, err := transport.RoundTrip((&http.Request{Header: header}).WithContext(ctx))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return sent
}

func TestTimeLeft(t *testing.T) {
	tests := []struct {
		name    string
		timeout time.Duration
		header  http.Header
		want    string
	}{
		{name: "no deadline"},
		{name: "milliseconds", timeout: 1500 * time.Millisecond, want: "1500"},
		{name: "rounded down", timeout: 2*time.Millisecond - 1, want: "1"},
		{name: "never zero", timeout: 1, want: "1"},
		{name: "never negative", timeout: -time.Second, want: "1"},
		{name: "the header that the user sets stays", timeout: time.Second, header: http.Header{"Time-Left": {"7"}}, want: "7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.timeout != 0 {
					timed, cancel := context.WithTimeout(ctx, tt.timeout)
					defer cancel()
					ctx = timed
				}
				assert.Equal(t, tt.want, timeLeft(t, ctx, tt.header))
			})
		})
	}
}

// Each attempt says how much time it has: its own timeout, or what is left of the call's.
// A response is a stream, so the context of the attempt does not show these timeouts.
func TestTimeLeftOfEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		base := roundTrip(func(req *http.Request) (*http.Response, error) {
			_, shown := req.Context().Deadline()
			assert.False(t, shown)
			sent = append(sent, req.Header.Get("Time-Left"))
			time.Sleep(300 * time.Millisecond)
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: http.NoBody, Request: req}, nil
		})
		slow := retry.Options{Override: func(_ policy.Method, p policy.Policy) (policy.Policy, error) {
			p.Retry = policy.Retry{Attempts: 3, Strategy: backoff.Simple{Interval: 100 * time.Millisecond}}
			p.Timeout = policy.Timeout{Attempt: 400 * time.Millisecond, Total: 1100 * time.Millisecond}
			p.Breaker = policy.Breaker{Off: true}
			return p, nil
		}}
		client := &http.Client{Transport: request.NewResilientTransport(&httpretry.Transport{Base: base, TimeLeft: "Time-Left"}, &slow)}
		resp, err := client.Get("http://example.com/")
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, []string{"400", "400", "300"}, sent)
	})
}
