// Package funcs has methods of every shape with the verbs that name Go code: funcs that
// look at results, fallbacks that are funcs and methods, parameters that are rewound,
// copies of slow attempts, and limits.
package funcs

import (
	"context"
	"errors"
	"io"
)

// ErrPending is an error after which polling goes on.
var ErrPending = errors.New("pending")

// A Job is polled for until it is done.
type Job struct {
	ID   string
	Done bool
}

// Running reports whether a job is not done yet.
func Running(job *Job, err error) bool { return err == nil && !job.Done }

func anyLeft(_ int, left bool, _ error) bool { return left }

func onlyError(err error) bool { return err == ErrPending }

// Jobs has funcs for one result, for several, and for the error alone.
//
//retry:simple attempts=4 delay=10ms
//retry:limit concurrent=2 wait=1s
type Jobs interface {
	//retry:result Running
	Status(ctx context.Context, id string) (*Job, error)

	//retry:result anyLeft
	Drain(ctx context.Context) (done int, left bool, err error)

	//retry:result onlyError
	Wait(ctx context.Context) error

	//retry:simple attempts=1
	//retry:limit rate=100/s burst=5
	Start(ctx context.Context, name string) (string, error)

	// Names has parameters and results with names that the generated code uses.
	//
	//retry:result Running
	//retry:fallback offline
	Names(ctx context.Context, Running, offline string) (fallbackErr *Job, NotYet error)

	//retry:none
	Close() error
}

func offline(context.Context, string, string, error) (*Job, error) {
	return &Job{ID: "offline", Done: true}, nil
}

// Reader falls back to a stored value, to another method, and to a func of each shape.
type Reader interface {
	//retry:simple attempts=2 delay=0s
	//retry:fallback Cached
	Get(ctx context.Context, keys ...string) (string, error)

	//retry:breaker failures=3
	Cached(ctx context.Context, keys ...string) (string, error)

	//retry:fallback noted
	Put(ctx context.Context, value string) error

	//retry:fallback counted
	Count(keys ...string) (n int, exact bool, err error)
}

func noted(_ context.Context, _ string, err error) error { return err }

// counted takes the variadic parameter as a slice.
func counted(keys []string, _ error) (int, bool, error) { return len(keys), false, nil }

// Uploader rewinds its body before each retry.
type Uploader interface {
	//retry:simple attempts=3 delay=0s
	//retry:rewind body
	Put(ctx context.Context, body io.ReadSeeker, size int64) (string, error)

	//retry:simple attempts=3 delay=0s
	//retry:rewind head tail
	//retry:fallback dropped
	Join(head, tail io.ReadSeeker) error

	// Store makes one attempt. Its fallback gets the body from the start.
	//
	//retry:breaker failures=2
	//retry:rewind body
	//retry:fallback kept
	Store(ctx context.Context, body io.ReadSeeker) (string, error)

	// Send cannot be repeated, not even by a later policy.
	//
	//retry:breaker failures=3
	Send(ctx context.Context, body io.Reader) error
}

func dropped(head, tail io.ReadSeeker, _ error) error {
	_, err := io.Copy(io.Discard, io.MultiReader(head, tail))
	return err
}

func kept(_ context.Context, body io.ReadSeeker, _ error) (string, error) {
	content, err := io.ReadAll(body)
	return "kept " + string(content), err
}

// Hedged has copies of attempts, with every number of results.
//
//retry:hedge after=10ms
//retry:timeout attempt=1s
type Hedged interface {
	None(ctx context.Context, text string) error
	One(ctx context.Context, text string) (string, error)
	Two(ctx context.Context, text string) (string, int, error)

	//retry:simple attempts=2 delay=0s
	//retry:result anyLeft
	//retry:fallback drained
	All(ctx context.Context) (int, bool, error)

	//retry:hedge after=5ms max=3
	//retry:fallback noted
	Put(ctx context.Context, value string) error

	Local() error
}

func drained(context.Context, error) (int, bool, error) { return 0, false, nil }

// Pool is generic, and hedged with several results.
//
//retry:hedge after=10ms
type Pool[K comparable, V any] interface {
	Get(ctx context.Context, key K) (values []string, found bool, err error)
}
