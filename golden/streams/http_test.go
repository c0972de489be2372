package streams_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/streams"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// sender is a Streams that sends requests over the network.
type sender struct {
	streams.Streams
	http.Client
}

func (s *sender) Send(req *http.Request) (*http.Response, error) { return s.Do(req) }

// newSender returns a wrapped sender, and the address of a server with the handler.
func newSender(t *testing.T, opts *retry.Options, handler http.HandlerFunc) (client *streams.ResilientStreams, url string) {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	next := &sender{Client: http.Client{Transport: new(http.Transport)}}
	t.Cleanup(next.CloseIdleConnections)
	return streams.NewResilientStreams(next, opts), srv.URL
}

func get(t *testing.T, ctx context.Context, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	require.NoError(t, err)
	return req
}

// A body of 10 MB that is read slowly arrives whole, although the call has attempt=200ms
// and total=1s.
func TestLargeBodyArrivesWhole(t *testing.T) {
	const size, chunk = 10 << 20, 1 << 20
	client, url := newSender(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, size))
	})
	began := time.Now()
	resp, err := client.Send(get(t, t.Context(), url))
	require.NoError(t, err)
	defer resp.Body.Close()
	received := 0
	for {
		n, err := io.CopyN(io.Discard, resp.Body, chunk)
		if received += int(n); err == io.EOF {
			break
		}
		require.NoError(t, err)
		<-time.After(120 * time.Millisecond)
	}
	assert.Equal(t, size, received)
	assert.Greater(t, time.Since(began), time.Second, "longer than the timeouts")
}

// Bodies that are closed early or dropped leave no goroutine behind, even while the
// caller's context is alive.
func TestBodiesLeaveNoGoroutines(t *testing.T) {
	const calls, atOnce = 10_000, 100
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, leave := range map[string]func(io.ReadCloser){
		"closed early": func(body io.ReadCloser) { _ = body.Close() },
		"dropped":      func(io.ReadCloser) {},
	} {
		t.Run(name, func(t *testing.T) {
			client, url := newSender(t, &retry.Options{Override: patiently}, func(w http.ResponseWriter, req *http.Request) {
				w.(http.Flusher).Flush() // the body blocks here
				<-req.Context().Done()
			})
			warmUp, err := client.Send(get(t, ctx, url))
			require.NoError(t, err)
			leave(warmUp.Body)
			before := runtime.NumGoroutine()
			for i := range calls {
				resp, err := client.Send(get(t, ctx, url))
				require.NoError(t, err)
				leave(resp.Body)
				if i%atOnce == 0 {
					settle(t, before+4*atOnce)
				}
			}
			settle(t, before)
		})
	}
}

// patiently gives an attempt more time than a busy machine takes. Among ten thousand calls,
// one is late now and then.
func patiently(_ policy.Method, p policy.Policy) (policy.Policy, error) {
	if p.Timeout != (policy.Timeout{}) {
		p.Timeout = policy.Timeout{Attempt: time.Minute, Total: time.Hour}
	}
	return p, nil
}

// settle waits until no more than this many goroutines run. It runs the garbage collector.
func settle(t *testing.T, most int) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for runtime.NumGoroutine() > most {
		require.True(t, time.Now().Before(deadline), "%d goroutines, and not %d", runtime.NumGoroutine(), most)
		runtime.GC()
		runtime.Gosched()
	}
}

// The body of a response that switches protocols can be written to, also after the
// timeouts.
func TestSwitchedProtocol(t *testing.T) {
	client, url := newSender(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
		_ = rw.Flush()
		line, _ := rw.ReadString('\n')
		_, _ = rw.WriteString("echo " + line)
		_ = rw.Flush()
	})
	req := get(t, t.Context(), url)
	req.Header.Set("Connection", "upgrade")
	req.Header.Set("Upgrade", "echo")
	resp, err := client.Send(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
	<-time.After(300 * time.Millisecond)
	conn, ok := resp.Body.(io.Writer)
	require.True(t, ok)
	_, err = io.WriteString(conn, "hello\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "echo hello\n", line)
	require.NoError(t, resp.Body.Close())
}
