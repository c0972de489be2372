package transactions

import (
	"context"
	"database/sql"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// conflict is an error of PostgreSQL: a transaction has lost a race.
type conflict struct{}

func (conflict) Error() string    { return "could not serialize access" }
func (conflict) SQLState() string { return "40001" }

// failing fails each call with err, and counts the calls.
type failing struct {
	err   error
	calls int
}

func (f *failing) fail() error                                               { f.calls++; return f.err }
func (f *failing) Exec(context.Context, string) error                        { return f.fail() }
func (f *failing) Commit(context.Context) error                              { return f.fail() }
func (f *failing) Rollback(context.Context) error                            { return f.fail() }
func (f *failing) Transfer(context.Context, string, string) error            { return f.fail() }
func (f *failing) Open(context.Context, string) error                        { return f.fail() }
func (f *failing) TransferIn(context.Context, *sql.Tx, string, string) error { return f.fail() }
func (f *failing) OpenIn(context.Context, *sql.Tx, string) error             { return f.fail() }
func (f *failing) CloseIn(context.Context, *sql.Tx, string) error            { return f.fail() }
func (f *failing) Insert(ctx context.Context, db DBTX, row string) error     { return f.fail() }

func TestConflicts(t *testing.T) {
	tests := []struct {
		name  string
		call  func(context.Context, *failing) error
		calls int
	}{
		{"in an interface with Commit", func(ctx context.Context, f *failing) error {
			return NewResilientTx(f, nil).Exec(ctx, "UPDATE")
		}, 1},
		{"outside of a transaction", func(ctx context.Context, f *failing) error {
			return NewResilientAccounts(f, nil).Transfer(ctx, "a", "b")
		}, 3},
		{"in the caller's transaction", func(ctx context.Context, f *failing) error {
			return NewResilientAccounts(f, nil).TransferIn(ctx, nil, "a", "b")
		}, 1},
		{"with an on that does not list it", func(ctx context.Context, f *failing) error {
			return NewResilientAccounts(f, nil).OpenIn(ctx, nil, "a")
		}, 1},
		{"with an on of its own that lists it", func(ctx context.Context, f *failing) error {
			return NewResilientAccounts(f, nil).CloseIn(ctx, nil, "a")
		}, 3},
		{"with an on of the interface that lists it", func(ctx context.Context, f *failing) error {
			return NewResilientRows(f, nil).Insert(ctx, nil, "row")
		}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &failing{err: conflict{}}
				err := tt.call(t.Context(), next)
				assert.Equal(t, tt.calls, next.calls)
				if tt.calls == 1 {
					assert.Equal(t, conflict{}, err, "as it is")
				}
			})
		})
	}
}

// Other errors are retried inside a transaction too, but those of a Commit only if its
// own directive or an override says so.
func TestCommit(t *testing.T) {
	override, err := retry.ParseOverrides("Tx.Commit: simple attempts=4 delay=10ms")
	require.NoError(t, err)
	overridden := &retry.Options{Override: override}
	tests := []struct {
		name  string
		call  func(context.Context, *failing) error
		calls int
	}{
		{"another method", func(ctx context.Context, f *failing) error { return NewResilientTx(f, nil).Exec(ctx, "UPDATE") }, 3},
		{"inherited", func(ctx context.Context, f *failing) error { return NewResilientTx(f, nil).Commit(ctx) }, 1},
		{"by an override", func(ctx context.Context, f *failing) error { return NewResilientTx(f, overridden).Commit(ctx) }, 4},
		{"by its own", func(ctx context.Context, f *failing) error { return NewResilientDurable(f, nil).Commit(ctx) }, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &failing{err: sql.ErrConnDone}
				require.ErrorIs(t, tt.call(t.Context(), next), sql.ErrConnDone)
				assert.Equal(t, tt.calls, next.calls)
			})
		})
	}
}
