package params

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("down")

// recorder is a Params that records its arguments. The first attempt of each method fails.
type recorder struct {
	method   string
	args     [][]any
	contexts []context.Context
}

func (r *recorder) attempt(method string, ctx context.Context, args ...any) error {
	r.method = method
	r.contexts = append(r.contexts, ctx)
	r.args = append(r.args, args)
	if len(r.args) == 1 {
		return errDown
	}
	return nil
}

func (r *recorder) Unnamed(ctx context.Context, a string, b int) error {
	return r.attempt("Unnamed", ctx, a, b)
}

func (r *recorder) Blank(ctx context.Context, a string, b int) (int, error) {
	return 1, r.attempt("Blank", ctx, a, b)
}

func (r *recorder) Variadic(ctx context.Context, a string, b ...any) (string, error) {
	return "v", r.attempt("Variadic", ctx, a, b)
}

func (r *recorder) VariadicOnly(a ...string) error { return r.attempt("VariadicOnly", nil, a) }

func (r *recorder) Imports(a time.Time, ctx context.Context, b string, c int) (time.Duration, error) {
	return 2, r.attempt("Imports", ctx, a, b, c)
}

func (r *recorder) LikeTypes(a Kind, b string, c int) (Kind, error) {
	return "k", r.attempt("LikeTypes", nil, a, b, c)
}

func (r *recorder) Ours(a, b, c, d, e string, ctx context.Context) (string, string, error) {
	return "r1", "r2", r.attempt("Ours", ctx, a, b, c, d, e)
}

func (r *recorder) Late(a string, ctx, b context.Context) (int, error) {
	return 3, r.attempt("Late", ctx, a, b)
}

func (r *recorder) Func(f func(io.Writer) error) (io.Writer, error) {
	return io.Discard, r.attempt("Func", nil, f(io.Discard))
}

func (r *recorder) Next() error { return r.attempt("Next", nil) }
func (r *recorder) next() error { return r.attempt("next", nil) }

type contextKey string

func TestArgumentsAndResults(t *testing.T) {
	now := time.Now()
	other := context.WithValue(context.Background(), contextKey("other"), 1)
	discard := func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }
	tests := []struct {
		name    string
		call    func(Params, context.Context) ([]any, error)
		args    []any
		results []any
		reason  string
	}{
		{"Unnamed", func(p Params, ctx context.Context) ([]any, error) { return nil, p.Unnamed(ctx, "a", 1) }, []any{"a", 1}, nil, "parameters without names"},
		{"Blank", func(p Params, ctx context.Context) ([]any, error) {
			n, err := p.Blank(ctx, "a", 1)
			return []any{n}, err
		}, []any{"a", 1}, []any{1}, "blank ones are handed on"},
		{"Variadic", func(p Params, ctx context.Context) ([]any, error) {
			s, err := p.Variadic(ctx, "%d", 1, "b")
			return []any{s}, err
		}, []any{"%d", []any{1, "b"}}, []any{"v"}, "spread, not nested"},
		{"Variadic", func(p Params, ctx context.Context) ([]any, error) {
			s, err := p.Variadic(ctx, "%d")
			return []any{s}, err
		}, []any{"%d", []any(nil)}, []any{"v"}, "none"},
		{"VariadicOnly", func(p Params, _ context.Context) ([]any, error) { return nil, p.VariadicOnly("a", "b") }, []any{[]string{"a", "b"}}, nil, "without a name"},
		{"Imports", func(p Params, ctx context.Context) ([]any, error) {
			d, err := p.Imports(now, ctx, "a", 1)
			return []any{d}, err
		}, []any{now, "a", 1}, []any{time.Duration(2)}, "named like imports"},
		{"LikeTypes", func(p Params, _ context.Context) ([]any, error) {
			k, err := p.LikeTypes("a", "b", 1)
			return []any{k}, err
		}, []any{Kind("a"), "b", 1}, []any{Kind("k")}, "named like types"},
		{"Ours", func(p Params, ctx context.Context) ([]any, error) {
			a, b, err := p.Ours("1", "2", "3", "4", "5", ctx)
			return []any{a, b}, err
		}, []any{"1", "2", "3", "4", "5"}, []any{"r1", "r2"}, "named like what we write"},
		{"Late", func(p Params, ctx context.Context) ([]any, error) {
			n, err := p.Late("a", ctx, other)
			return []any{n}, err
		}, []any{"a", other}, []any{3}, "the first context is the call's, the other is data"},
		{"Func", func(p Params, _ context.Context) ([]any, error) { w, err := p.Func(discard); return []any{w}, err }, []any{nil}, []any{io.Discard}, "a func with parameters of its own"},
		{"Next", func(p Params, _ context.Context) ([]any, error) { return nil, p.Next() }, nil, nil, "like our field"},
		{"next", func(p Params, _ context.Context) ([]any, error) { return nil, p.next() }, nil, nil, "like our field, and not exported"},
	}
	for _, tt := range tests {
		t.Run(tt.name+", "+tt.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx := context.WithValue(t.Context(), contextKey("caller"), "value")
				next := new(recorder)
				results, err := tt.call(NewResilientParams(next, nil), ctx)
				require.NoError(t, err)
				assert.Equal(t, tt.results, results)
				assert.Equal(t, tt.name, next.method)
				assert.Equal(t, [][]any{tt.args, tt.args}, next.args, "the same in both attempts")
				assert.Equal(t, 10*time.Millisecond, time.Since(start))
				if next.contexts[0] != nil {
					assert.Same(t, ctx, next.contexts[0], "nothing is in force that needs another one")
					assert.Equal(t, "value", next.contexts[1].Value(contextKey("caller")))
					assert.Equal(t, 2, retry.Attempt(next.contexts[1]))
				}
			})
		})
	}
}

// The callee gets the caller's own slice of variadic arguments, as in a direct call.
func TestVariadicSliceIsNotCopied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, args := new(recorder), []string{"a", "b"}
		require.NoError(t, NewResilientParams(next, nil).VariadicOnly(args...))
		for _, got := range next.args {
			assert.Same(t, &args[0], &got[0].([]string)[0])
		}
	})
}

func TestUnwrap(t *testing.T) {
	next := new(recorder)
	assert.Same(t, next, NewResilientParams(next, nil).Unwrap())
}
