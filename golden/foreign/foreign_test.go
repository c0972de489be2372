package foreign_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"go/types"
	"io"
	"io/fs"
	"net/http"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/foreign"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

// flaky implements every interface that has a strategy. Its methods fail a number of times,
// and then return its other fields.
type flaky struct {
	err      error
	failures int
	times    []time.Time
	args     []any    // of the last attempt
	contexts []string // what the attempts read from their contexts

	response *http.Response
	stmt     driver.Stmt
	tx       driver.Tx
	rows     driver.Rows
	file     fs.File
	entries  []fs.DirEntry
	pkg      *types.Package
}

type callerKey struct{}

func (f *flaky) attemptWith(ctx context.Context, args ...any) error {
	f.contexts = append(f.contexts, fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx)))
	return f.attempt(args...)
}

func (f *flaky) attempt(args ...any) error {
	f.times, f.args = append(f.times, time.Now()), args
	if f.failures == 0 {
		return nil
	}
	f.failures--
	return f.err
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	return f.response, f.attemptWith(r.Context(), r.URL.Path)
}

func (f *flaky) Prepare(query string) (driver.Stmt, error)  { return f.stmt, f.attempt(query) }
func (f *flaky) Begin() (driver.Tx, error)                  { return f.tx, f.attempt() }
func (f *flaky) Close() error                               { return f.attempt() }
func (f *flaky) Import(path string) (*types.Package, error) { return f.pkg, f.attempt(path) }
func (f *flaky) Set(value string) error                     { return f.attempt(value) }
func (f *flaky) String() string                             { return "flaky" }

func (f *flaky) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return f.rows, f.attemptWith(ctx, query, args)
}

func (f *flaky) Open(name string) (fs.File, error)          { return f.file, f.attempt(name) }
func (f *flaky) ReadDir(name string) ([]fs.DirEntry, error) { return f.entries, f.attempt(name) }

// Results that are interfaces. Numbers tell them apart.
type (
	stmt struct {
		driver.Stmt
		n int
	}
	tx struct {
		driver.Tx
		n int
	}
	rows struct {
		driver.Rows
		n int
	}
	file struct {
		fs.File
		n int
	}
)

func newFlaky() *flaky {
	return &flaky{
		err:      errors.New("down"),
		response: &http.Response{StatusCode: http.StatusTeapot},
		stmt:     stmt{n: 1}, tx: tx{n: 2}, rows: rows{n: 3},
		file: file{n: 4}, entries: []fs.DirEntry{},
		pkg: types.NewPackage("example.com/p", "p"),
	}
}

// All of them make 3 attempts with exponential waits from 10ms. Their breaker opens for 1s
// at 3 failures.
func TestStrategy(t *testing.T) {
	values := []driver.NamedValue{{Ordinal: 1, Value: 7}}
	tests := []struct {
		name   string
		call   func(*testing.T, *flaky) func() (any, error) // returns a func that calls one wrapper
		args   []any
		result func(*flaky) any
	}{
		{"http.RoundTripper", func(t *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientRoundTripper(f, nil)
			ctx := context.WithValue(t.Context(), callerKey{}, "me ")
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://example.com/x", nil)
			require.NoError(t, err)
			return func() (any, error) { return w.RoundTrip(req) }
		}, []any{"/x"}, func(f *flaky) any { return f.response }},
		{"driver.Conn Prepare", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientConn(f, nil)
			return func() (any, error) { return w.Prepare("q") }
		}, []any{"q"}, func(f *flaky) any { return f.stmt }},
		{"driver.Conn Begin", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientConn(f, nil)
			return func() (any, error) { return w.Begin() }
		}, nil, func(f *flaky) any { return f.tx }},
		{"driver.Conn Close", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientConn(f, nil)
			return func() (any, error) { return nil, w.Close() }
		}, nil, func(*flaky) any { return nil }},
		{"driver.QueryerContext", func(t *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientQueryerContext(f, nil)
			ctx := context.WithValue(t.Context(), callerKey{}, "me ")
			return func() (any, error) { return w.QueryContext(ctx, "q", values) }
		}, []any{"q", values}, func(f *flaky) any { return f.rows }},
		{"flag.Value", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientValue(f, nil)
			return func() (any, error) { return w.String(), w.Set("7") }
		}, []any{"7"}, func(*flaky) any { return "flaky" }},
		{"types.Importer", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientImporter(f, nil)
			return func() (any, error) { return w.Import("p") }
		}, []any{"p"}, func(f *flaky) any { return f.pkg }},
		{"fs.ReadDirFS Open", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientReadDirFS(f, nil)
			return func() (any, error) { return w.Open("a.txt") }
		}, []any{"a.txt"}, func(f *flaky) any { return f.file }},
		{"fs.ReadDirFS ReadDir", func(_ *testing.T, f *flaky) func() (any, error) {
			w := foreign.NewResilientReadDirFS(f, nil)
			return func() (any, error) { return w.ReadDir("b") }
		}, []any{"b"}, func(f *flaky) any { return f.entries }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := newFlaky()
				call := tt.call(t, next)
				next.failures = 2
				got, err := call()
				require.NoError(t, err)
				assert.Equal(t, tt.result(next), got)
				assert.Equal(t, tt.args, next.args)
				require.Len(t, next.times, 3)
				assert.Equal(t, 10*ms, next.times[1].Sub(next.times[0]))
				assert.Equal(t, 20*ms, next.times[2].Sub(next.times[1]))
				if next.contexts != nil {
					assert.Equal(t, []string{"me 1", "me 2", "me 3"}, next.contexts)
				}

				next.failures = 3
				_, err = call()
				require.ErrorIs(t, err, retry.ErrExhausted)
				require.ErrorIs(t, err, next.err)
				_, err = call()
				if tt.name == "driver.Conn Close" {
					require.NoError(t, err, "a refused Close would leak the connection")
					return
				}
				refused, ok := err.(*breaker.OpenError)
				require.True(t, ok, "three failures have opened it")
				assert.Equal(t, time.Second, refused.RetryAfter())
				assert.Len(t, next.times, 6)
			})
		})
	}
}

// fs.ErrNotExist is an answer, and not a failure for the breaker.
func TestMissingFiles(t *testing.T) {
	files := foreign.NewResilientReadDirFS(fstest.MapFS{"a.txt": {Data: []byte("a")}}, nil)
	for range 4 {
		_, err := files.Open("missing")
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.NotErrorIs(t, err, retry.ErrExhausted)
	}
	data, err := fs.ReadFile(files, "a.txt")
	assert.NoError(t, err)
	assert.Equal(t, "a", string(data))
	entries, err := fs.ReadDir(files, ".")
	assert.NoError(t, err)
	assert.Len(t, entries, 1)
}

// The standard library accepts a wrapper wherever it takes the interface.
func TestValueInAFlagSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := newFlaky()
		next.failures = 1
		flags := flag.NewFlagSet("test", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.Var(foreign.NewResilientValue(next, nil), "v", "")
		assert.NoError(t, flags.Parse([]string{"-v", "9"}))
		assert.Equal(t, []any{"9"}, next.args)
		assert.Len(t, next.times, 2)
	})
}
