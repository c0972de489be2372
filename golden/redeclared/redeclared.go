// Package redeclared declares predeclared names with another meaning.
package redeclared

import "context"

type (
	string struct{ Text []byte }
	any    int
	byte   = uint8
	int64  float64
)

const (
	iota  = 7
	false = 1 > 2
)

var cap = 3

func len(string) any         { return any(cap) }
func append(s string) string { return s }
func panic(string)           {}
func make() string           { return string{} }

//retry:exponential attempts=3 base=1ms
//retry:breaker failures=5
//retry:timeout total=1s
type Client interface {
	Get(ctx context.Context, s string, a any, n int64) (string, error)
	Count(a ...any) (any, int64, error)
}
