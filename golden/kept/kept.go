// Package kept shows which results keep the context of their call, and until when:
// transactions, streams of messages, objects with a body, and results of which only the
// user knows that they are streams. Data keeps nothing.
package kept

import (
	"context"
	"io"
)

// A Tx is a transaction, which has savepoints.
type Tx interface {
	Exec(ctx context.Context, query string) error
	Commit(ctx context.Context) error
	Rollback(ctx context.Context) error
}

// A DBTX is what queries run on.
type DBTX interface {
	Exec(ctx context.Context, query string) error
}

// Rows closes itself at the end.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// A Stream is one of gRPC's.
type Stream interface {
	Recv() (string, error)
	RecvMsg(m any) error
	CloseSend() error
}

// A Feed has an end.
type Feed interface {
	Next(ctx context.Context) (string, error)
	Drain() error
}

// An Object is one of S3's.
type Object struct {
	Key  string
	Body io.ReadCloser
}

// A Result is one of database/sql's.
type Result interface {
	LastInsertId() (int64, error)
	RowsAffected() (int64, error)
}

// A Record has an interface inside.
type Record struct {
	Name  string
	Value any
}

// Store has results of all kinds.
//
//retry:timeout attempt=1s
type Store interface {
	Begin(ctx context.Context) (Tx, error)
	Savepoint(ctx context.Context, tx Tx, name string) error
	Query(ctx context.Context, on DBTX, query string) (Rows, error)
	Watch(ctx context.Context) (Stream, error)
	Follow(ctx context.Context) (Feed, error)
	Get(ctx context.Context, key string) (*Object, error)

	Attributes(ctx context.Context) (map[string]any, error)
	Insert(ctx context.Context) (Result, error)
	Find(ctx context.Context) (*Record, error)
	Anything(ctx context.Context) (any, error)
	Number(ctx context.Context) (int, error)

	// Session returns an opaque handle that uses the context.
	//
	//retry:stream
	Session(ctx context.Context) (any, error)
}

// Repository has data of any type.
//
//retry:timeout attempt=1s
type Repository[T any] interface {
	Find(ctx context.Context, id string) (T, error)
	All(ctx context.Context) ([]T, error)
}
