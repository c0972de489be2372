package foreign_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/foreign"
)

// wire is a net.Conn whose methods all return the same error.
type wire struct {
	n         int
	err       error
	calls     []string
	buffers   [][]byte
	deadlines []time.Time
}

func (w *wire) call(name string) error {
	w.calls = append(w.calls, name)
	return w.err
}

func (w *wire) Read(p []byte) (int, error) {
	w.buffers = append(w.buffers, p)
	return w.n, w.call("Read")
}

func (w *wire) Write(p []byte) (int, error) {
	w.buffers = append(w.buffers, p)
	return w.n, w.call("Write")
}

func (w *wire) deadline(name string, at time.Time) error {
	w.deadlines = append(w.deadlines, at)
	return w.call(name)
}

func (w *wire) Close() error                       { return w.call("Close") }
func (w *wire) LocalAddr() net.Addr                { return &net.UnixAddr{Name: "local"} }
func (w *wire) RemoteAddr() net.Addr               { return &net.UnixAddr{Name: "remote"} }
func (w *wire) SetDeadline(at time.Time) error     { return w.deadline("SetDeadline", at) }
func (w *wire) SetReadDeadline(at time.Time) error { return w.deadline("SetReadDeadline", at) }
func (w *wire) SetWriteDeadline(at time.Time) error {
	return w.deadline("SetWriteDeadline", at)
}

// Without a strategy a method makes one attempt: Read and Write must not repeat what they
// have done in part.
func TestPartialResults(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		opens  bool
		reason string
	}{
		{"well", nil, false, "a success"},
		{"end", io.EOF, false, "an answer, how often it may come"},
		{"closed", net.ErrClosed, false, "an answer: it was closed on this side"},
		{"broken", errors.New("broken"), true, "a failure"},
		{"timeout", os.ErrDeadlineExceeded, true, "a failure, though the connection's own deadline"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &wire{n: 2, err: tt.err}
				stream := foreign.NewResilientReadWriteCloser(next, nil)
				buffer := []byte("hello")
				n, err := stream.Read(buffer)
				assert.Equal(t, 2, n)
				assert.Equal(t, tt.err, err)
				n, err = stream.Write(buffer)
				assert.Equal(t, 2, n)
				assert.Equal(t, tt.err, err)
				n, err = stream.Read(buffer)
				assert.Equal(t, 2, n)
				assert.Equal(t, tt.err, err)
				assert.Equal(t, []string{"Read", "Write", "Read"}, next.calls, tt.reason)
				for _, got := range next.buffers {
					assert.Same(t, &buffer[0], &got[0])
				}

				n, err = stream.Read(buffer)
				if tt.opens {
					refused, ok := err.(*breaker.OpenError)
					require.True(t, ok, tt.reason)
					assert.Equal(t, time.Second, refused.RetryAfter())
					assert.Zero(t, n)
					assert.Equal(t, tt.err, stream.Close(), "is never refused")
					next.calls = next.calls[:3]
					time.Sleep(time.Second)
					_, err = stream.Read(buffer)
				}
				assert.Equal(t, tt.err, err, tt.reason)
				assert.Len(t, next.calls, 4)
			})
		})
	}
}

func TestNetConn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &wire{n: 3}
		conn := net.Conn(foreign.NewResilientNetConn(next, nil))
		now := time.Now()
		deadlines := []time.Time{now, now.Add(1), now.Add(2)}
		require.NoError(t, conn.SetDeadline(deadlines[0]))
		require.NoError(t, conn.SetReadDeadline(deadlines[1]))
		require.NoError(t, conn.SetWriteDeadline(deadlines[2]))
		assert.Equal(t, deadlines, next.deadlines)
		n, err := conn.Read(make([]byte, 4))
		assert.NoError(t, err)
		assert.Equal(t, 3, n)

		next.err = os.ErrDeadlineExceeded
		for range 3 {
			_, err = conn.Write(nil)
			require.Equal(t, os.ErrDeadlineExceeded, err, "one attempt: as it is")
		}
		assert.Equal(t, []string{"SetDeadline", "SetReadDeadline", "SetWriteDeadline", "Read", "Write", "Write", "Write"}, next.calls)
		refused, ok := conn.SetDeadline(now).(*breaker.OpenError)
		require.True(t, ok, "the methods share the breaker")
		assert.Equal(t, time.Second, refused.RetryAfter())
		assert.Equal(t, os.ErrDeadlineExceeded, conn.Close(), "a refused Close would leak the connection")
		assert.Equal(t, "local", conn.LocalAddr().String(), "but those that cannot fail")
		assert.Equal(t, "remote", conn.RemoteAddr().String())
	})
}

func TestUnwrap(t *testing.T) {
	next, f := new(wire), newFlaky()
	assert.Same(t, next, foreign.NewResilientReadWriteCloser(next, nil).Unwrap())
	assert.Same(t, next, foreign.NewResilientNetConn(next, nil).Unwrap())
	assert.Same(t, f, foreign.NewResilientRoundTripper(f, nil).Unwrap())
	assert.Same(t, f, foreign.NewResilientConn(f, nil).Unwrap())
	assert.Same(t, f, foreign.NewResilientQueryerContext(f, nil).Unwrap())
	assert.Same(t, f, foreign.NewResilientReadDirFS(f, nil).Unwrap())
	assert.Same(t, f, foreign.NewResilientValue(f, nil).Unwrap())
	assert.Same(t, f, foreign.NewResilientImporter(f, nil).Unwrap())
}
