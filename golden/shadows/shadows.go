// Package shadows has parameters and results that are called like what the
// generated code is made of: predeclared names, imports, the receiver, type
// parameters, types, and the names that the generator likes.
package shadows

import (
	"context"
	"io"
	"net/http"
	"time"
)

// s is a type whose name is a usual receiver.
type s string

// Time is called like a type of an import.
type Time struct{ Hours int }

//retry:simple attempts=2 delay=1ms
//retry:timeout total=1s
type Shadows interface {
	Predeclared(any string, string int, error bool, len []byte, nil *int, true, false, new, append int) (int, error)
	Imports(time time.Duration, io io.Writer, http *http.Client, context context.Context, retry, policy, backoff string) (Time, error)
	Same(s s) (s, error)
	Keywordish(ctx context.Context, func_, type_, _range string) (map[string]string, error)
	Results(ctx context.Context, len string) (time Time, context string, retry error)
	Receiver(ctx context.Context, shadows, ss, w, self, wrapper string) error
	Closure(r1, r2, err string, ctx context.Context) (a, b string, c error)
}

// Typed has type parameters called like parameters.
//
//retry:simple attempts=2 delay=1ms
type Typed[T any, K comparable] interface {
	Get(T T, K K) (T, K, error)
	Put(ctx context.Context, t T, time K) (T, error)
}
