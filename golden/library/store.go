// Package library has interfaces whose signatures show a library, and others where a
// directive names it.
package library

import (
	"context"
	"database/sql"
)

// Store is recognized by the types of database/sql.
//
//retry:simple attempts=3 delay=10ms
//retry:breaker failures=2
type Store interface {
	Query(ctx context.Context, query string) (*sql.Rows, error)
	Count(ctx context.Context) (int, error)

	//retry:library off
	Raw(ctx context.Context) error
}

// Repository hides its database.
//
//retry:simple attempts=3 delay=10ms
//retry:library sql
type Repository interface {
	Find(ctx context.Context, id string) (string, error)
	Close() error
}
