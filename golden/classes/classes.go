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
	return retry.ClassUnclassified
}

// delayOf says how long a busy dependency asks to wait.
func delayOf(err error) time.Duration {
	if err == ErrBusy {
		return time.Second
	}
	return 0
}

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
}
