// Package mysqldb wraps a repository in MySQL.
package mysqldb

import (
	"context"
	"database/sql"
)

//go:generate go tool retrygen -type=Orders

// Orders is a repository. Its signatures show database/sql, but not the driver.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:library mysql
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Orders interface {
	Add(ctx context.Context, id int64) error
	Paid(ctx context.Context, id int64) (sql.NullTime, error)

	// AddIn is a part of a transaction, which a deadlock rolls back.
	AddIn(ctx context.Context, tx *sql.Tx, id int64) error
}
