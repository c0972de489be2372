// Package sqlitedb wraps a repository in SQLite.
package sqlitedb

import (
	"context"
	"database/sql"
)

//go:generate go tool retrygen -type=Notes

// Notes is a repository. Its signatures do not show the driver.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:library sqlite
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Notes interface {
	Add(ctx context.Context, id int64, text string) error
	Text(ctx context.Context, id int64) (string, error)
}

// repository is Notes on a database. It counts its calls.
type repository struct {
	db    *sql.DB
	calls int
}

func (r *repository) Add(ctx context.Context, id int64, text string) error {
	r.calls++
	_, err := r.db.ExecContext(ctx, "INSERT INTO notes (id, text) VALUES (?, ?)", id, text)
	return err
}

func (r *repository) Text(ctx context.Context, id int64) (text string, err error) {
	r.calls++
	return text, r.db.QueryRowContext(ctx, "SELECT text FROM notes WHERE id = ?", id).Scan(&text)
}
