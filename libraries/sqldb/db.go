// Package sqldb wraps a database of database/sql, and a repository on it.
package sqldb

import (
	"context"
	"database/sql"
)

//go:generate go tool retrygen

// DB is a part of *sql.DB.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type DB interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
	PingContext(ctx context.Context) error
}

var _ DB = (*sql.DB)(nil)

// Accounts is a repository. A method with a transaction runs inside it.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Accounts interface {
	Balance(ctx context.Context, id int64) (sql.NullInt64, error)
	Withdraw(ctx context.Context, tx *sql.Tx, id, amount int64) error
}
