package retry

import (
	"context"
	"io"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

type transaction interface{ Commit() error }

type original struct{ n int }

func (*original) Commit() error { return nil }

// around is what generated code puts around a result.
type around struct {
	transaction
	hold *Hold
}

func (a around) RetryHold() *Hold { return a.hold }

func TestOriginal(t *testing.T) {
	tx := &original{n: 1}
	once := around{tx, &Hold{of: transaction(tx)}}
	twice := around{once, &Hold{of: transaction(once)}}
	assert.Same(t, tx, Original[transaction](tx), "nothing is around it")
	assert.Same(t, tx, Original[transaction](once))
	assert.Same(t, tx, Original[transaction](twice))
	other := around{tx, &Hold{of: "a string"}}
	assert.Equal(t, other, Original[transaction](other), "the result has another type")
	nothing := around{tx, &Hold{}}
	assert.Equal(t, nothing, Original[transaction](nothing))
}

// collecting is a reader that is collected while one of its methods runs, if it can be.
type collecting struct {
	ctx   context.Context
	ended bool
}

func (b *collecting) run() {
	for range 30 {
		goruntime.GC()
		time.Sleep(time.Microsecond) // the cleanup has a goroutine of its own
	}
	b.ended = b.ctx.Err() != nil
}

func (b *collecting) Read([]byte) (int, error)         { b.run(); return 0, nil }
func (b *collecting) Write([]byte) (int, error)        { b.run(); return 0, nil }
func (b *collecting) WriteTo(io.Writer) (int64, error) { b.run(); return 0, nil }
func (b *collecting) Seek(int64, int) (int64, error)   { b.run(); return 0, nil }
func (b *collecting) Close() error                     { return nil }

// The call of a method may be the last use of a reader. The context that it needs must not
// end meanwhile.
func TestReaderIsKeptAliveByItsMethods(t *testing.T) {
	m := NewWrapper("Client", policy.Policy{}, nil).Method("Get", MethodSpec{
		Policy: policy.Policy{Timeout: policy.Timeout{Attempt: time.Hour}}, Lends: true,
	})
	for name, use := range map[string]func(io.ReadCloser){
		"Read":    func(r io.ReadCloser) { _, _ = r.Read(nil) },
		"Write":   func(r io.ReadCloser) { _, _ = r.(io.Writer).Write(nil) },
		"WriteTo": func(r io.ReadCloser) { _, _ = r.(io.WriterTo).WriteTo(nil) },
		"Seek":    func(r io.ReadCloser) { _, _ = r.(io.Seeker).Seek(0, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			b := new(collecting)
			get := func() io.ReadCloser {
				r, err := Call(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
					b.ctx = ctx
					return KeepReadCloser(ctx, b), nil
				})
				require.NoError(t, err)
				return r
			}
			use(get())
			assert.False(t, b.ended)
			for range 1000 { // afterwards nothing refers to the reader
				if goruntime.GC(); b.ctx.Err() != nil {
					return
				}
			}
			assert.Fail(t, "the context lives on")
		})
	}
}
