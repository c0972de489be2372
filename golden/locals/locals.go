// Package locals has methods whose names are those of what the generated constructor and
// struct use themselves: fields, variables, packages and predeclared names.
package locals

import (
	"context"
	"errors"
)

// Locals has two policies that each several methods have, and one policy of each kind for
// a method of its own, so that its constructor has many variables.
//
//retry:simple attempts=3 delay=10ms
//retry:timeout total=1s
type Locals interface {
	Common(ctx context.Context) error
	Next(ctx context.Context) error
	Opts(ctx context.Context) error

	Untimed() error
	Contextless() error

	//retry:not errors.ErrUnsupported
	W(ctx context.Context) error
	//retry:on ErrGone
	Errors(ctx context.Context) error
	//retry:on errors.ErrUnsupported
	True(ctx context.Context) error
	//retry:breaker failures=2
	Policy(ctx context.Context) error
	//retry:idempotency-key
	Time(ctx context.Context) error
	//retry:limit concurrent=1
	Retry(ctx context.Context) error
	//retry:linear attempts=2
	Backoff(ctx context.Context) error
}

// Directory has a method Group of its own.
//
//retry:simple attempts=2 delay=10ms
type Directory interface {
	Group(ctx context.Context, name string) ([]string, error)
}

// ErrGone is listed.
var ErrGone = errors.New("gone")
