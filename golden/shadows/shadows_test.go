package shadows

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errFlaky = errors.New("flaky")

// echo fails in every first attempt and returns its arguments in the second.
type echo struct {
	calls int
	got   []any
}

func (e *echo) note(args ...any) error {
	e.got = args
	if e.calls++; e.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

func (e *echo) Predeclared(a string, b int, c bool, d []byte, n *int, x, y, z, v int) (int, error) {
	return x, e.note(a, b, c, d, n, x, y, z, v)
}

func (e *echo) Imports(d time.Duration, w io.Writer, c *http.Client, ctx context.Context, x, y, z string) (Time, error) {
	_, deadline := ctx.Deadline()
	return Time{int(d.Hours())}, e.note(d, w, c, deadline, x, y, z)
}

func (e *echo) Same(x s) (s, error) { return x, e.note(x) }

func (e *echo) Keywordish(_ context.Context, x, y, z string) (map[string]string, error) {
	return map[string]string{x: y, y: z}, e.note(x, y, z)
}

func (e *echo) Results(_ context.Context, x string) (Time, string, error) {
	return Time{7}, x, e.note(x)
}

func (e *echo) Receiver(_ context.Context, a, b, c, d, f string) error { return e.note(a, b, c, d, f) }

func (e *echo) Closure(x, y, z string, _ context.Context) (string, string, error) {
	return y, z, e.note(x, y, z)
}

func TestShadows(t *testing.T) {
	next := new(echo)
	client := NewResilientShadows(next, nil)
	n := 5
	got, err := client.Predeclared("a", 1, true, []byte("d"), &n, 2, 3, 4, 6)
	require.NoError(t, err)
	assert.Equal(t, 2, got)
	assert.Equal(t, []any{"a", 1, true, []byte("d"), &n, 2, 3, 4, 6}, next.got)

	var out bytes.Buffer
	at, err := client.Imports(2*time.Hour, &out, http.DefaultClient, t.Context(), "x", "y", "z")
	require.NoError(t, err)
	assert.Equal(t, Time{2}, at)
	assert.Equal(t, []any{2 * time.Hour, &out, http.DefaultClient, true, "x", "y", "z"}, next.got)

	same, err := client.Same("same")
	require.NoError(t, err)
	assert.Equal(t, s("same"), same)

	words, err := client.Keywordish(t.Context(), "x", "y", "z")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"x": "y", "y": "z"}, words)

	at, text, err := client.Results(t.Context(), "len")
	require.NoError(t, err)
	assert.Equal(t, Time{7}, at)
	assert.Equal(t, "len", text)

	require.NoError(t, client.Receiver(t.Context(), "a", "b", "c", "d", "e"))
	assert.Equal(t, []any{"a", "b", "c", "d", "e"}, next.got)

	a, b, err := client.Closure("x", "y", "z", t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"y", "z"}, []string{a, b})
	assert.Equal(t, 14, next.calls, "two attempts of each")
}

// pair returns its arguments in the second attempt.
type pair struct{ calls int }

func (p *pair) fail() error {
	if p.calls++; p.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

func (p *pair) Get(x int, y string) (int, string, error)            { return x, y, p.fail() }
func (p *pair) Put(_ context.Context, x int, _ string) (int, error) { return x, p.fail() }

func TestTyped(t *testing.T) {
	client := NewResilientTyped[int, string](new(pair), nil)
	x, y, err := client.Get(1, "k")
	require.NoError(t, err)
	assert.Equal(t, 1, x)
	assert.Equal(t, "k", y)
	x, err = client.Put(t.Context(), 2, "k")
	require.NoError(t, err)
	assert.Equal(t, 2, x)
}
