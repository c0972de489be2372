// Package sequences has methods from which io.EOF means the end of a sequence, and methods
// from which it means a connection that was cut off.
package sequences

import (
	"context"
)

// Message is an element of a sequence.
type Message struct{ Text string }

// Feed has a sequence, and calls beside it.
//
//retry:simple attempts=3 delay=10ms
//retry:breaker failures=5
type Feed interface {
	Recv(ctx context.Context) (*Message, error)
	ScanInto(ctx context.Context, dest ...any) error

	//retry:simple attempts=1
	Read(p []byte) (int, error)

	// Fetch takes what to look for, so it is a call like any other.
	Fetch(ctx context.Context, name string) (*Message, error)
	Ack(ctx context.Context, m *Message) error
}

// Cursor reads one sequence, and one of its methods is apart.
//
//retry:simple attempts=3 delay=10ms
type Cursor interface {
	Next(ctx context.Context) (*Message, error)
	Peek(ctx context.Context) (*Message, error)
	NextBatch(ctx context.Context) ([]*Message, error)
	Reset(ctx context.Context) error
}

// Sink has only a timeout, which does not ask what an error means.
//
//retry:timeout attempt=1s
type Sink interface {
	Send(ctx context.Context, m *Message) error
}
