package errorin

import (
	"context"
	"io"
	"net/http"
)

//retry:preset read error-in readFirst makeFirst; simple attempts=2 delay=10ms

func readFirst(cmd *IntCmd, _ string) error { return cmd.Err() }

func makeFirst(err error) (*IntCmd, string) { return &IntCmd{err: err}, "made" }

// Input has a reader that an attempt may use up.
type Input struct{ Body io.Reader }

// Value has a method Err of its pointer.
type Value struct{ text string }

// Err returns what went wrong.
func (v *Value) Err() error {
	if v.text == "" {
		return ErrClosed
	}
	return nil
}

func makeValue(err error) Value { return Value{err.Error()} }

func noValue(v Value) bool { return v.text == "later" }

func plainValue(context.Context, io.ReadSeeker, error) Value { return Value{"plain"} }

// Odd has names that the generated code would choose, and directives that seldom meet.
//
//retry:use read
type Odd[T any] interface {
	Names(ctx context.Context, reading, failure, found, all, err string) (result *IntCmd, results string)

	//retry:hedge after=50ms
	//retry:breaker key=err
	Copies(ctx context.Context, reading, failure, found, all, err string) (_ *IntCmd, _ string)

	// Fields may be used up by the first attempt.
	//
	//retry:rewind in.Body
	//retry:fallback Names2
	Fields(ctx context.Context, in *Input) (*IntCmd, string)

	//retry:none
	Names2(ctx context.Context, in *Input) (*IntCmd, string)

	//retry:error-in .Err makeValue
	//retry:hedge after=50ms
	//retry:result noValue
	Value(ctx context.Context, key string) Value

	//retry:error-in .Err makeValue
	//retry:result noValue
	//retry:rewind body
	//retry:fallback plainValue
	Put(ctx context.Context, body io.ReadSeeker) Value

	//retry:error-in .Err .SetErr
	//retry:hedge after=50ms
	Typed(ctx context.Context, keys ...T) *Cmd[T]

	//retry:error-in .Err .SetErr
	Request(req *http.Request) *Cmd[T]

	//retry:error-in ignoreClosed
	//retry:hedge after=50ms
	Flush(ctx context.Context) error

	//retry:error-in .Err
	//retry:rewind body
	//retry:fallback Stored
	//retry:timeout attempt=1s
	Store(ctx context.Context, body io.ReadSeeker) (Rows, error)

	//retry:none
	Stored(ctx context.Context, body io.ReadSeeker) (Rows, error)

	//retry:error-in .Err
	Idle() (Rows, error)
}
