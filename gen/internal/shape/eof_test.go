package shape

import (
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
)

// io.EOF is the end for some methods, and a connection that was cut off for all others.
func TestEndsWithEOF(t *testing.T) {
	all := typesOf(t, `
import ("context"; "encoding/json"; "io"; "net"; "net/http")
type ( message struct{ Text string }; option func(); request struct{}; response struct{} )
type ends[T any] interface {
	io.Reader
	io.ReaderAt
	ReadContext(ctx context.Context, p []byte) (int, error)
	ReadFrom(p []byte) (n int, addr net.Addr, err error)
	Next() (message, error)
	NextRow(ctx context.Context) (*message, error)
	Recv() (T, error)
	RecvMsg(m any) error
	Receive(ctx context.Context, into *message) error
	Scan(dest ...any) error
	Decode(v any) error
	DecodeElement(v any, start *message) error
	Peek() (byte, error)
	FetchMessage(context.Context) (message, error)
	Poll(ctx context.Context) ([]message, error)
	Pop() (T, error)
	Token() (json.Token, error)
	Send(*message) error
	SendBatch(ctx context.Context, list []message) (int, error)
	SendAny(T) error
	CloseAndRecv() (*response, error)
	CloseAndSend(response) error
}
type cuts interface {
	Get(ctx context.Context, key string) (message, error)
	Ping(ctx context.Context) error
	Fill(ctx context.Context, into *message) error
	Readiness(ctx context.Context) error
	ReadFile(ctx context.Context, name string) ([]byte, error)
	ReadUser(ctx context.Context, r *request) (*response, error)
	FetchUser(ctx context.Context, r *request, opts ...option) (*response, error)
	Fetch(ctx context.Context, r request) error
	RecvFrom(queue string) (message, error)
	Sender(m *message) error
	SendTo(ctx context.Context, queue string, m *message) error
	SendMail(ctx context.Context, m *message) (*response, error)
	SendWith(m *message, opts ...option) error
	SendRequest(*http.Request) error
	Write(p []byte) (int, error)
	Close() error
}`)
	for name, want := range map[string]bool{"ends": true, "cuts": false} {
		n := 0
		for fn := range all[name].Underlying().(*types.Interface).Methods() {
			assert.Equal(t, want, EndsWithEOF(fn), fn.Name())
			n++
		}
		assert.Greater(t, n, 10)
	}
}

func TestWaitsForMessages(t *testing.T) {
	all := typesOf(t, `
import ("context"; "time")
type waits interface {
	Next(ctx context.Context) (string, error)
	NextMsg(timeout time.Duration) (string, error)
	Fetch(batch int, opts ...func()) ([]string, error)
}
type asks interface {
	Nextcloud() error
	Request(subject string, timeout time.Duration) (string, error)
	Read(p []byte) (int, error)
}`)
	for name, want := range map[string]bool{"waits": true, "asks": false} {
		for fn := range all[name].Underlying().(*types.Interface).Methods() {
			assert.Equal(t, want, WaitsForMessages(fn), fn.Name())
		}
	}
}
