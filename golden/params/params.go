// Package params has parameters without names, with blank names, and with names that mean
// something else in the output: imports, types, predeclared names, the receiver, fields
// and local variables of the wrapper.
package params

import (
	"context"
	"io"
	"time"
)

// Kind is a type whose name a parameter has too.
type Kind string

//retry:simple attempts=2 delay=10ms
type Params interface {
	Unnamed(context.Context, string, int) error
	Blank(_ context.Context, _ string, n int) (int, error)
	Variadic(ctx context.Context, format string, args ...any) (string, error)
	VariadicOnly(...string) error

	Imports(time time.Time, context context.Context, errors string, retry int) (time.Duration, error)
	LikeTypes(Kind Kind, error string, string int) (Kind, error)
	Ours(next, opts, p, w, self string, ctx context.Context) (r1, err string, _ error)
	Late(name string, ctx context.Context, next context.Context) (int, error)
	Func(io func(io io.Writer) error) (io.Writer, error)
	Next() error
	next() error
}
