package httpretry_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

var errListed = errors.New("listed")

// failing returns a client of three attempts, each of which returns an error. It counts
// them.
func failing(err error, change func(*retry.MethodSpec)) (c *client, attempts *int) {
	attempts = new(int)
	spec := retry.MethodSpec{Policy: policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{}}}}
	if change != nil {
		change(&spec)
	}
	w := retry.NewWrapper("Client", policy.Policy{}, nil)
	return &client{
		method: w.Method("Do", spec),
		send:   func(*http.Request) (*http.Response, error) { *attempts++; return nil, err },
	}, attempts
}

func status(code int) error { return httpretry.Check(&http.Response{StatusCode: code}) }

// The table of methods and errors.
func TestRepeatedByMethod(t *testing.T) {
	reset := &net.OpError{Op: "read", Err: io.EOF}
	refused := &net.OpError{Op: "dial", Err: errors.New("refused")}
	errs := []struct {
		name          string
		err           error
		again, always bool // sent again if it is idempotent, if it is not
	}{
		{"500", status(500), true, false},
		{"503", status(503), true, false},
		{"408", status(408), true, false},
		{"421", status(421), true, true},
		{"425", status(425), true, true},
		{"429", status(429), true, true},
		{"404", status(404), false, false},
		{"501", status(501), false, false},
		{"a connection that broke", reset, true, false},
		{"a connection that was refused", refused, true, true},
		{"an error that says nothing", errors.New("down"), true, false},
	}
	for method, idempotent := range map[string]bool{
		"": true, "GET": true, "HEAD": true, "OPTIONS": true, "TRACE": true, "PUT": true, "DELETE": true,
		"POST": false, "PATCH": false, "CONNECT": false, "PURGE": false, "get": false,
	} {
		for _, e := range errs {
			c, attempts := failing(e.err, nil)
			_, err := c.Do(&http.Request{Method: method, Header: http.Header{}})
			want := 1
			if e.again && idempotent || e.always {
				want = 3
				assert.ErrorIs(t, err, retry.ErrExhausted)
			} else {
				assert.Same(t, e.err, err, "as it is")
			}
			assert.Equal(t, want, *attempts, "%s after %s", method, e.name)
		}
	}
}

// What lets the server recognize a request, or the user, lifts the restriction.
func TestPostThatIsRepeated(t *testing.T) {
	post := func(change func(*http.Request)) *http.Request {
		req := newRequest(t, "http://example.com", nil)
		req.Method = http.MethodPost
		if change != nil {
			change(req)
		}
		return req
	}
	header := func(key string) *http.Request {
		return post(func(req *http.Request) { req.Header[key] = nil })
	}
	for _, tt := range []struct {
		name   string
		req    *http.Request
		change func(*retry.MethodSpec)
		err    error
		want   int
	}{
		{"nothing", post(nil), nil, status(500), 1},
		{"Idempotency-Key", header("Idempotency-Key"), nil, status(500), 3},
		{"X-Idempotency-Key", header("X-Idempotency-Key"), nil, status(500), 3},
		{"a key of the caller", post(nil).WithContext(retry.WithIdempotencyKey(t.Context(), "k")), nil, status(500), 3},
		{"a key of the method", post(nil), func(s *retry.MethodSpec) { s.IdempotencyKey = true }, status(500), 3},
		{"on lists the error", post(nil), func(s *retry.MethodSpec) { s.On = func(err error) bool { return err == errListed } }, errListed, 3},
		{"on does not list the error", post(nil), func(s *retry.MethodSpec) { s.On = httpretry.Safe }, status(503), 1},
		{"Safe lists the error", post(nil), func(s *retry.MethodSpec) { s.On = httpretry.Safe }, status(429), 3},
		{"a key, but an answer", header("Idempotency-Key"), nil, status(404), 1},
		{"no retries at all", header("Idempotency-Key").WithContext(retry.WithoutRetry(t.Context())), nil, status(500), 1},
	} {
		c, attempts := failing(tt.err, tt.change)
		_, err := c.Do(tt.req)
		assert.Error(t, err)
		assert.Equal(t, tt.want, *attempts, tt.name)
	}
}

// A POST whose first attempt was throttled is not repeated after the second one has
// failed otherwise.
func TestPostStopsAtTheFirstRisk(t *testing.T) {
	c, _ := failing(nil, nil)
	var seen []int
	c.send = func(req *http.Request) (*http.Response, error) {
		seen = append(seen, retry.Attempt(req.Context()))
		if len(seen) == 1 {
			return nil, status(429)
		}
		return nil, status(500)
	}
	req := newRequest(t, "http://example.com", strings.NewReader("pay"))
	req.Method = http.MethodPost
	_, err := c.Do(req)
	assert.EqualError(t, err, "http: 500 Internal Server Error", "as it is")
	assert.Equal(t, []int{1, 2}, seen, "the context says which attempt it is")
}

// A result that is not good yet is no failure, so a POST may poll.
func TestPostMayPoll(t *testing.T) {
	c, attempts := failing(retry.NotYet(true, nil), nil)
	req := newRequest(t, "http://example.com", nil)
	req.Method = http.MethodPost
	_, err := c.Do(req)
	assert.ErrorIs(t, err, retry.ErrExhausted)
	assert.Equal(t, 3, *attempts)
}

// The restriction is the request's. Calls inside its attempts go by their own policies.
func TestCallsInsideAPostMayRetry(t *testing.T) {
	below, calls := retry.NewWrapper("Below", policy.Policy{}, nil).Method("Token", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{}}},
	}), 0
	for _, timeout := range []time.Duration{0, time.Hour} {
		c, _ := failing(nil, func(s *retry.MethodSpec) { s.Policy.Timeout.Attempt = timeout })
		c.send = func(req *http.Request) (*http.Response, error) {
			return nil, below.Do(req.Context(), func(context.Context) error { calls++; return status(500) })
		}
		calls = 0
		req := newRequest(t, "http://example.com", nil)
		req.Method = http.MethodPost
		_, err := c.Do(req)
		assert.Error(t, err)
		assert.Equal(t, 3, calls, "and the POST is not repeated")
	}
}

// A copy of an attempt is a repetition, too.
func TestNoCopiesOfAPost(t *testing.T) {
	for _, tt := range []struct {
		name   string
		method string
		key    bool
		want   int
	}{
		{"GET", http.MethodGet, false, 2},
		{"POST", http.MethodPost, false, 1},
		{"POST with a key", http.MethodPost, true, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Do", retry.MethodSpec{
					Policy: policy.Policy{Hedge: policy.Hedge{After: time.Second, Max: 1}}, IdempotencyKey: tt.key,
				})
				sent := make(chan struct{}, 9)
				replay := httpretry.NewReplay(&http.Request{Method: tt.method})
				_, err := retry.Hedge(replay.Context(), m, func(ctx context.Context) (int, error) {
					_ = replay.Request(ctx)
					sent <- struct{}{}
					select {
					case <-ctx.Done():
					case <-time.After(10 * time.Second):
					}
					return 0, ctx.Err()
				})
				require.NoError(t, err)
				synctest.Wait()
				assert.Len(t, sent, tt.want)
			})
		})
	}
}
