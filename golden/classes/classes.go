// Package classes has funcs that say what errors mean, and the words of classes in on
// and not.
package classes

import (
	"context"
	"errors"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// Errors of the dependency.
var (
	ErrGone = errors.New("gone")
	ErrBusy = errors.New("busy")
)

// classOf says what the errors of the dependency mean.
func classOf(err error) retry.Class {
	switch err {
	case ErrGone:
		return retry.ClassAnswer
	case ErrBusy:
		return retry.ClassThrottled
	}
	if _, ok := err.(*refusal); ok {
		return retry.ClassFault
	}
	return retry.ClassUnclassified
}

// delayOf says how long a busy dependency asks to wait.
func delayOf(err error) time.Duration {
	if err == ErrBusy {
		return time.Second
	}
	return 0
}

// A refusal is an error of the dependency that no func knows by its value.
type refusal struct{ again bool }

func (*refusal) Error() string { return "refused" }

// mayAsk reports whether a refusal is not the last word. It looks at the error itself, not
// at what that wraps.
func mayAsk(err error) bool {
	r, ok := err.(*refusal)
	return ok && r.again
}

// isRefusal is a func in a variable.
var isRefusal = func(err error) bool { _, ok := err.(*refusal); return ok }

// Store has funcs for all its methods, and a method without them.
//
//retry:simple attempts=3 delay=10ms
//retry:breaker failures=2
//retry:classify classOf
//retry:retry-after delayOf
type Store interface {
	Get(ctx context.Context, key string) (string, error)

	//retry:classify off
	//retry:retry-after off
	Plain(ctx context.Context) error

	//retry:on throttled conflict
	Put(ctx context.Context, key, value string) error

	//retry:on mayAsk ErrBusy
	Ask(ctx context.Context) error

	//retry:on mayAsk
	//retry:not isRefusal
	AskOnce(ctx context.Context) error
}
