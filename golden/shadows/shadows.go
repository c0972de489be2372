// Package shadows has parameters and results with the names that the generated code uses:
// predeclared names, imports, the receiver, type parameters, types, and names that the
// generator prefers.
package shadows

import (
	"context"
	"io"
	"net/http"
	"time"
)

// s is a type with the name of a usual receiver.
type s string

// Time has the name of a type from an import.
type Time struct{ Hours int }

//retry:simple attempts=2 delay=1ms
//retry:timeout total=1s
type Shadows interface {
	Predeclared(any string, string int, error bool, len []byte, nil *int, true, false, new, append int) (int, error)

	//retry:reuse io
	Imports(time time.Duration, io io.Writer, http *http.Client, context context.Context, retry, policy, backoff string) (Time, error)
	Same(s s) (s, error)
	Keywordish(ctx context.Context, func_, type_, _range string) (map[string]string, error)
	Results(ctx context.Context, len string) (time Time, context string, retry error)
	Receiver(ctx context.Context, shadows, ss, w, self, wrapper string) error
	Closure(r1, r2, err string, ctx context.Context) (a, b string, c error)
}

// Typed has type parameters with the names of parameters.
//
//retry:simple attempts=2 delay=1ms
type Typed[T any, K comparable] interface {
	Get(T T, K K) (T, K, error)
	Put(ctx context.Context, t T, time K) (T, error)
}
