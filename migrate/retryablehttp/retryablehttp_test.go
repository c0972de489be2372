package retryablehttp

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A server answers with its statuses in turn, and then with 200.
type server struct {
	statuses []int
	header   http.Header
	times    []time.Time
}

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		req.Body.Close()
	}
	s.times = append(s.times, time.Now())
	resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: req}
	if n := len(s.times); n <= len(s.statuses) {
		resp.StatusCode, resp.Header = s.statuses[n-1], s.header
	}
	return resp, nil
}

func (s *server) waits() (list []time.Duration) {
	for i := 1; i < len(s.times); i++ {
		list = append(list, s.times[i].Sub(s.times[i-1]))
	}
	return list
}

// get makes one request in virtual time.
func get(t *testing.T, method string, s *server, client func(http.RoundTripper) *http.Client) (status int, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		req, reqErr := http.NewRequestWithContext(t.Context(), method, "http://shop.example/tea", strings.NewReader("{}"))
		require.NoError(t, reqErr)
		var resp *http.Response
		if resp, err = client(s).Do(req); err == nil {
			status = resp.StatusCode
			resp.Body.Close()
		}
	})
	return status, err
}

// Both send the same requests at the same times, and get the same response.
func TestSame(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name     string
		statuses []int
		header   http.Header
		status   int
		waits    []time.Duration
	}{
		{"success", nil, nil, 200, nil},
		{"two that go away", []int{503, 500}, nil, 200, []time.Duration{1 * s, 2 * s}},
		{"an answer", []int{404}, nil, 404, nil},
		{"not implemented", []int{501}, nil, 501, nil},
		{"four attempts fail", []int{502, 502, 502, 502}, nil, 200, []time.Duration{1 * s, 2 * s, 4 * s, 8 * s}},
		{"throttled", []int{429}, http.Header{"Retry-After": {"3"}}, 200, []time.Duration{3 * s}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, client := range map[string]func(http.RoundTripper) *http.Client{"before": newRetryableClient, "after": newClient} {
				s := &server{statuses: tt.statuses, header: tt.header}
				status, err := get(t, http.MethodPut, s, client)
				assert.NoError(t, err, name)
				assert.Equal(t, tt.status, status, name)
				assert.Equal(t, tt.waits, s.waits(), name)
			}
		})
	}
}

// go-retryablehttp makes an error of the last bad response; the wrapper returns the response.
func TestAllAttemptsFail(t *testing.T) {
	old := &server{statuses: []int{503, 503, 503, 503, 503}}
	_, err := get(t, http.MethodGet, old, newRetryableClient)
	assert.ErrorContains(t, err, "giving up after 5 attempt(s)")

	now := &server{statuses: old.statuses}
	status, err := get(t, http.MethodGet, now, newClient)
	assert.NoError(t, err)
	assert.Equal(t, 503, status)
	assert.Len(t, now.times, len(old.times))
}

// A POST may have been processed before a 503. go-retryablehttp sends it again.
func TestPost(t *testing.T) {
	old := &server{statuses: []int{503}}
	_, err := get(t, http.MethodPost, old, newRetryableClient)
	assert.NoError(t, err)
	assert.Len(t, old.times, 2)

	now := &server{statuses: []int{503}}
	status, err := get(t, http.MethodPost, now, newClient)
	assert.NoError(t, err)
	assert.Equal(t, 503, status)
	assert.Len(t, now.times, 1)
}

// A Retry-After has no bound in go-retryablehttp. The wrapper stops if it is longer than max.
func TestLongRetryAfter(t *testing.T) {
	header := http.Header{"Retry-After": {"3600"}}
	old := &server{statuses: []int{429}, header: header}
	_, err := get(t, http.MethodGet, old, newRetryableClient)
	assert.NoError(t, err)
	assert.Equal(t, []time.Duration{time.Hour}, old.waits())

	now := &server{statuses: []int{429}, header: header}
	status, err := get(t, http.MethodGet, now, newClient)
	assert.NoError(t, err)
	assert.Equal(t, 429, status)
	assert.Len(t, now.times, 1)
}
