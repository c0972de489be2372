package request_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

// slowServer is a Guarded that reads the body of each request at once and answers later.
type slowServer struct {
	first  time.Duration // duration of the first request
	takes  time.Duration // duration of the others
	mu     sync.Mutex
	bodies []string
}

func (s *slowServer) Get(req *http.Request) (*http.Response, error) {
	var content []byte
	if req.Body != nil {
		defer req.Body.Close()
		var err error
		if content, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	s.bodies = append(s.bodies, string(content))
	takes := s.takes
	if len(s.bodies) == 1 {
		takes = s.first
	}
	s.mu.Unlock()
	select {
	case <-time.After(takes):
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

func (s *slowServer) Put(req *http.Request) (int, error) {
	resp, err := s.Get(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}

// A copy of an attempt has its own request with the whole body. If the body cannot be read
// a second time, there is no copy, because it would fail before the attempt ends.
func TestHedgedRequest(t *testing.T) {
	tests := []struct {
		name   string
		body   io.Reader
		bodies []string
		end    time.Duration
	}{
		{"no body", nil, []string{"", ""}, 25 * ms},
		{"a body", strings.NewReader("hello"), []string{"hello", "hello"}, 25 * ms},
		{"a body without GetBody", io.NopCloser(strings.NewReader("hello")), []string{"hello"}, 40 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &slowServer{first: 40 * ms, takes: 5 * ms}
				began := time.Now()
				resp, err := request.NewResilientGuarded(next, nil).Get(newRequest(t, tt.body))
				require.NoError(t, err)
				assert.Equal(t, tt.end, time.Since(began))
				assert.NoError(t, resp.Body.Close())
				synctest.Wait()
				assert.Equal(t, tt.bodies, next.bodies)
			})
		})
	}
}

// The body of a request is read after the request has waited for its place. If the request
// gets none, its body is closed.
func TestLimitedRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &slowServer{first: 30 * ms, takes: 60 * ms}
		client := request.NewResilientGuarded(next, nil)
		began := time.Now()
		var wg sync.WaitGroup
		for i, text := range []string{"first", "second"} {
			wg.Go(func() {
				status, err := client.Put(newRequest(t, strings.NewReader(text)))
				assert.NoError(t, err)
				assert.Equal(t, http.StatusOK, status)
				assert.Equal(t, []time.Duration{30 * ms, 90 * ms}[i], time.Since(began), "the second waits for the first")
			})
			synctest.Wait()
		}
		time.Sleep(35 * ms)
		third := &body{Reader: strings.NewReader("third")}
		_, err := client.Put(newRequest(t, third))
		assert.ErrorIs(t, err, retry.ErrLimited)
		assert.Equal(t, 85*ms, time.Since(began), "no place within 50ms")
		assert.Equal(t, 1, third.closed)
		wg.Wait()
		assert.Equal(t, []string{"first", "second"}, next.bodies)
	})
}
