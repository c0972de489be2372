// Package ledger proves a wrapped repository in PostgreSQL, on database/sql and on
// pgxpool: what was acknowledged was written, exactly once.
package ledger

import (
	"context"
	_ "database/sql/driver" // for the directives, as is the next
	"errors"

	_ "github.com/jackc/pgx/v5/pgconn"
)

//go:generate go tool retrygen -type=Ledger

// Ledger keeps entries, of which the balances of accounts are the sums. A call goes on for
// as long as it takes to restart the database, which is why the budget is off.
//
//retry:exponential-jitter attempts=unlimited base=5ms max=200ms
//retry:timeout attempt=500ms total=30s
//retry:budget off
type Ledger interface {
	// Deposit writes an entry. The database drops a repeated key, so whatever went wrong,
	// the entry can be sent again.
	//
	//retry:idempotency-key
	//retry:not refused
	Deposit(ctx context.Context, e Entry) (Receipt, error)

	// DepositWithoutKey writes an entry of which the database cannot tell a repetition:
	// only one that was not sent can be sent again.
	//
	//retry:on unsent driver.ErrBadConn pgconn.ConnectError
	DepositWithoutKey(ctx context.Context, e Entry) error

	// Withdraw writes an entry of less than the account holds, of the negative amount. It
	// reads what others write, so the database rolls back all but one of those who withdraw
	// at the same time, and the whole is repeated.
	//
	//retry:on unsent rolledBack
	//retry:not refused ErrOverdrawn
	Withdraw(ctx context.Context, e Entry) error

	// Transfer writes an entry for each of two accounts, and locks them before. Two of them
	// in opposite directions may wait for each other until the database rolls one back,
	// and the whole of that is repeated.
	//
	//retry:on unsent rolledBack
	//retry:not refused
	Transfer(ctx context.Context, from string, to Entry) error

	// Balance returns what an account holds.
	Balance(ctx context.Context, account string) (int64, error)

	// Close lets go of the connections.
	//
	//retry:none
	Close() error
}

// An Entry is an amount that is put into an account, or taken out.
type Entry struct {
	Account string
	Amount  int64 // never zero
	Note    string
}

// A Receipt says that an entry was written.
type Receipt struct {
	ID       int64
	Repeated bool // by an attempt before the one that says so
}

// ErrOverdrawn says that the account does not hold as much.
var ErrOverdrawn = errors.New("account overdrawn")
