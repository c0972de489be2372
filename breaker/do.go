package breaker

import (
	"context"
	"errors"
)

// Do runs f, unless the breaker refuses, and reports the outcome. It returns the error
// of f, or an [*OpenError], which matches [ErrOpen], when f did not run.
//
// The error of f decides the outcome:
//
//   - nil is a [Success].
//   - An error that matches [context.Canceled] or [ErrOpen] is [Neutral]: the caller
//     gave up, or another breaker refused further down. Neither tells anything about
//     the dependency.
//   - Any other error is a [Failure], [context.DeadlineExceeded] included.
//   - A panic or [runtime.Goexit] in f is a [Failure] and passes through.
//
// Callers for whom some errors are healthy answers use [Breaker.Allow] instead, or
// return such an answer from f by other means than its error.
//
// A nil *Breaker runs f.
func (b *Breaker) Do(f func() error) error {
	permit, err := b.Allow()
	if err != nil {
		return err
	}
	outcome := Failure // unless f returns
	defer func() { permit.Done(outcome) }()
	err = f()
	outcome = outcomeOf(err)
	return err
}

// Do is [Breaker.Do] for an attempt with that key.
func (k *Keyed[K]) Do(key K, f func() error) error {
	permit, err := k.Allow(key)
	if err != nil {
		return err
	}
	outcome := Failure // unless f returns
	defer func() { permit.Done(outcome) }()
	err = f()
	outcome = outcomeOf(err)
	return err
}

// outcomeOf returns what an error of Do's func tells about the dependency.
func outcomeOf(err error) Outcome {
	switch {
	case err == nil:
		return Success
	case errors.Is(err, context.Canceled), errors.Is(err, ErrOpen):
		return Neutral
	default:
		return Failure
	}
}
