// Package transactions has methods that run inside a transaction, where a conflict is
// final, and a Commit, which is retried only if its own directive or an override says so.
package transactions

import (
	"context"
	"database/sql"
)

// Tx is a transaction.
//
//retry:simple attempts=3 delay=10ms
//retry:timeout attempt=1s
//retry:hedge after=100ms
type Tx interface {
	//retry:hedge off
	Exec(ctx context.Context, query string) error

	Commit(ctx context.Context) error

	//retry:hedge off
	Rollback(ctx context.Context) error
}

// Durable is a transaction whose Commit can be repeated.
//
//retry:simple attempts=3 delay=10ms
type Durable interface {
	//retry:simple attempts=2 delay=10ms
	Commit(ctx context.Context) error
}

// Accounts has methods in a transaction of the caller, and methods with their own.
//
//retry:simple attempts=3 delay=10ms
type Accounts interface {
	Transfer(ctx context.Context, from, to string) error
	Open(ctx context.Context, name string) error
	TransferIn(ctx context.Context, tx *sql.Tx, from, to string) error

	//retry:on transient
	OpenIn(ctx context.Context, tx *sql.Tx, name string) error

	// CloseIn has an on of its own, which decides about conflicts too.
	//
	//retry:on conflict
	CloseIn(ctx context.Context, tx *sql.Tx, name string) error
}

// Rows inherits an on with conflict, which does not count inside a transaction.
//
//retry:simple attempts=3 delay=10ms
//retry:on conflict transient
type Rows interface {
	Insert(ctx context.Context, db DBTX, row string) error
}

// DBTX is a database or a transaction.
type DBTX interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
