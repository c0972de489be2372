// Package streams has results that go on using the context of their call: readers,
// responses, interfaces with a Close of every signature, and types that cannot be wrapped.
// Their timeouts end when the method returns.
package streams

import (
	"context"
	"database/sql"
	"io"
	"iter"
	"net/http"
)

// Item and Meta are data.
type (
	Item struct{ Name string }
	Meta struct{ Values map[string]any }
)

// A Feed has to be closed.
type Feed interface {
	Next() (Item, error)
	Close() error
}

// A Session is closed with a context, and has a method with its own name.
type Session interface {
	Session() string
	Close(ctx context.Context) (code int, err error)
}

// Quiet has a Close without an error, and a type parameter.
type Quiet[T any] interface {
	Get() T
	Close()
}

// Streams has timeouts for all of its results.
//
//retry:simple attempts=2 delay=10ms
//retry:timeout attempt=200ms total=1s
type Streams interface {
	Plain(ctx context.Context) (Item, error)

	Open(ctx context.Context, name string) (io.ReadCloser, error)
	Watch(ctx context.Context) (Feed, error)
	Watching(ctx context.Context) (feed Feed, size int, err error)
	Login(ctx context.Context) (Session, error)
	Literal(ctx context.Context) (interface{ Close() error }, error)
	Instance(ctx context.Context) (Quiet[int], error)
	Send(req *http.Request) (*http.Response, error)

	Rows(ctx context.Context) (*sql.Rows, error)
	Begin(ctx context.Context) (*sql.Tx, error)
	Channel(ctx context.Context) (<-chan Item, error)
	Seq(ctx context.Context) (iter.Seq[Item], error)
	Seq2(ctx context.Context) (iter.Seq2[int, error], error)
	Describe(ctx context.Context) (*Meta, error)

	// Poll closes the feeds that are empty.
	//
	//retry:result empty
	Poll(ctx context.Context) (Feed, error)

	//retry:hedge after=50ms
	Hedged(ctx context.Context) (io.ReadCloser, error)

	//retry:hedge after=50ms
	//retry:timeout off
	HedgedPair(ctx context.Context) (Feed, string, error)

	// Untimed has a timeout only by an override.
	//
	//retry:timeout off
	Untimed(ctx context.Context) (io.ReadCloser, error)

	// Without a context, only the results that polling discards matter.
	Dial(address string) (io.ReadCloser, error)

	//retry:result empty
	DialFeed() (Feed, error)
}

func empty(feed Feed, err error) bool {
	if err != nil {
		return false
	}
	_, err = feed.Next()
	return err == io.EOF
}

// Generic has results of its type parameter.
//
//retry:timeout attempt=200ms
type Generic[T any] interface {
	Get(ctx context.Context) (T, error)
	Quiet(ctx context.Context) (Quiet[T], error)
}
