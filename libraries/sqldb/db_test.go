package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/raise"
	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// Through database/sql the errors of the driver are the same.
func TestErrorsOfDriver(t *testing.T) {
	server := raise.Start(t)
	for _, test := range []struct {
		name, code string
		want       rows.Want
	}{
		{"the server starts", "57P03", rows.Unsent},
		{"the connection broke", "08006", rows.Transient},
		{"deadlock", "40P01", rows.Conflict},
		{"unique violation", "23505", rows.Answer},
		{"the disk is full", "53100", rows.Fault},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows.Check(t, test.want, func(t *testing.T, o *retry.Options) rows.Client {
				db := NewResilientDB(open(t, server), o)
				return client(t, server, db.Group(), func(ctx context.Context) error {
					_, err := db.ExecContext(ctx, raise.Code, test.code)
					return err
				})
			})
		})
	}
	t.Run("in a transaction", func(t *testing.T) { testTransaction(t, server) })
}

func testTransaction(t *testing.T, server raise.Server) {
	rows.Check(t, rows.FinalConflict, func(t *testing.T, o *retry.Options) rows.Client {
		tx, err := open(t, server).BeginTx(context.Background(), nil) // the context of the test ends before its cleanups
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, tx.Rollback()) })
		wrapped := NewResilientAccounts(new(accounts), o)
		return client(t, server, wrapped.Group(), func(ctx context.Context) error { return wrapped.Withdraw(ctx, tx, 1, 1) })
	})
}

func client(t *testing.T, server raise.Server, group *retry.Group, call func(context.Context) error) rows.Client {
	before := server.Calls(t)
	return rows.Client{Group: group, Call: call, Requests: func() int { return server.Calls(t) - before }}
}

func open(t *testing.T, server raise.Server) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// A row that does not exist is an answer.
func TestNoRows(t *testing.T) {
	rows.Check(t, rows.Answer, missing)
	rows.Hundred(t, missing)
}

func missing(_ *testing.T, o *retry.Options) rows.Client {
	next := &accounts{db: sql.OpenDB(empty{})}
	wrapped := NewResilientAccounts(next, o)
	return rows.Client{
		Group: wrapped.Group(),
		Call: func(ctx context.Context) error {
			_, err := wrapped.Balance(ctx, 1)
			return err
		},
		Requests: func() int { return next.calls },
	}
}

// So is a transaction that has ended.
func TestTransactionEnded(t *testing.T) {
	rows.Check(t, rows.Answer, func(t *testing.T, o *retry.Options) rows.Client {
		tx, err := sql.OpenDB(empty{}).BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, tx.Rollback())
		next := new(accounts)
		wrapped := NewResilientAccounts(next, o)
		return rows.Client{
			Group:    wrapped.Group(),
			Call:     func(ctx context.Context) error { return wrapped.Withdraw(ctx, tx, 1, 1) },
			Requests: func() int { return next.calls },
		}
	})
}

// With driver.ErrBadConn a driver says that it has sent nothing. The pool tries three
// connections before it gives up.
func TestBadConnection(t *testing.T) {
	rows.Check(t, rows.Unsent, func(t *testing.T, o *retry.Options) rows.Client {
		connector := new(bad)
		db := NewResilientDB(sql.OpenDB(connector), o)
		return rows.Client{Group: db.Group(), Call: db.PingContext, Requests: func() int { return connector.connects / 3 }}
	})
}

// accounts is a repository that counts its calls.
type accounts struct {
	db    *sql.DB
	calls int
}

func (a *accounts) Balance(ctx context.Context, id int64) (balance sql.NullInt64, err error) {
	a.calls++
	return balance, a.db.QueryRowContext(ctx, "SELECT balance FROM accounts WHERE id = ?", id).Scan(&balance)
}

func (a *accounts) Withdraw(ctx context.Context, tx *sql.Tx, _, _ int64) error {
	a.calls++
	_, err := tx.ExecContext(ctx, raise.Code, "40001")
	return err
}

// empty connects to a database without rows.
type empty struct{ noDatabase }

func (empty) Connect(context.Context) (driver.Conn, error) { return conn{}, nil }

// bad never connects.
type bad struct {
	noDatabase
	connects int
}

func (b *bad) Connect(context.Context) (driver.Conn, error) {
	b.connects++
	return nil, driver.ErrBadConn
}

type noDatabase struct{}

func (noDatabase) Driver() driver.Driver { return nil }
