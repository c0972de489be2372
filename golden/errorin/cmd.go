package errorin

import (
	"context"
	"io"
)

// Rows is a result that has its error inside.
type Rows interface {
	Next() bool
	Err() error
	Close()
}

// Scan is a pointer with its error inside.
type Scan struct {
	Keys []string
	err  error
}

// Err returns what went wrong.
func (s *Scan) Err() error { return s.err }

// Page is a struct with its error inside.
type Page struct{ Cause error }

// Err returns what went wrong.
func (p Page) Err() error { return p.Cause }

// Reader returns results with a method Err.
//
//retry:simple attempts=3 delay=10ms
//retry:timeout attempt=1s
//retry:error-in .Err
type Reader interface {
	Query(ctx context.Context, query string) (Rows, error)
	Scan(ctx context.Context, pattern string) (*Scan, error)
	Page(ctx context.Context, number int) (Page, error)
}

// StringCmd and IntCmd are the results of a client that returns no errors beside them, as
// go-redis does.
type StringCmd struct {
	val string
	err error
}

// Err returns what went wrong.
func (c *StringCmd) Err() error { return c.err }

// SetErr sets what went wrong.
func (c *StringCmd) SetErr(err error) { c.err = err }

// Val returns the value.
func (c *StringCmd) Val() string { return c.val }

// IntCmd is a number.
type IntCmd struct {
	val int
	err error
}

// Err returns what went wrong.
func (c *IntCmd) Err() error { return c.err }

// SetErr sets what went wrong.
func (c *IntCmd) SetErr(err error) { c.err = err }

// Val returns the value.
func (c *IntCmd) Val() int { return c.val }

// Commands is a client as go-redis has it.
//
//retry:simple attempts=3 delay=10ms
//retry:breaker failures=4 cooldown=1s
//retry:error-in .Err .SetErr
type Commands interface {
	Get(ctx context.Context, key string) *StringCmd

	//retry:hedge after=50ms
	Incr(ctx context.Context, key string) *IntCmd

	//retry:fallback stale
	Stale(ctx context.Context, key string) *StringCmd

	//retry:rewind body
	Put(ctx context.Context, body io.ReadSeeker) *StringCmd

	//retry:result empty
	Pop(ctx context.Context, key string) *StringCmd

	//retry:error-in readPair makePair
	Pair(ctx context.Context, key string) (value string, cmd *IntCmd)

	// Name has no error at all.
	Name() string

	Close() error
}

func stale(_ context.Context, key string, _ error) *StringCmd { return &StringCmd{val: "stale " + key} }

func empty(cmd *StringCmd) bool { return cmd.val == "" }

func readPair(_ string, cmd *IntCmd) error { return cmd.Err() }

func makePair(err error) (string, *IntCmd) { return "none", &IntCmd{err: err} }

// Cmd is a result of any type.
type Cmd[T any] struct {
	Val T
	err error
}

// Err returns what went wrong.
func (c *Cmd[T]) Err() error { return c.err }

// SetErr sets what went wrong.
func (c *Cmd[T]) SetErr(err error) { c.err = err }

// Cache is a client of any type.
//
//retry:simple attempts=3 delay=10ms
//retry:error-in .Err .SetErr
type Cache[T any] interface {
	Get(ctx context.Context, key string) *Cmd[T]
	Load(ctx context.Context, key string) (*Cmd[T], error)
}
