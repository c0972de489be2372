// Package ledger tests a wrapped repository in PostgreSQL, on database/sql and on pgxpool:
// every acknowledged entry is written exactly once.
package ledger

import (
	"context"
	_ "database/sql/driver" // the directives name it and pgconn
	"errors"

	_ "github.com/jackc/pgx/v5/pgconn"
)

//go:generate go tool retrygen -type=Ledger

// Ledger keeps entries. The balance of an account is the sum of its entries. The budget is
// off, because calls keep trying until the database has restarted.
//
//retry:exponential-jitter attempts=unlimited base=5ms max=200ms
//retry:timeout attempt=500ms total=30s
//retry:budget off
//retry:allow no-budget the calls have to outlast a restart of the database
type Ledger interface {
	// Deposit writes an entry. The database drops a repeated key, so the entry can always be
	// sent again.
	//
	//retry:idempotency-key
	//retry:not refused
	Deposit(ctx context.Context, e Entry) (Receipt, error)

	// DepositWithoutKey writes an entry. The database cannot recognize a repetition, so the
	// entry can only be sent again if it was not sent.
	//
	//retry:on unsent driver.ErrBadConn pgconn.ConnectError
	DepositWithoutKey(ctx context.Context, e Entry) error

	// Withdraw writes an entry with the negative amount, unless the account holds less. It
	// reads what others write. So of several withdrawals at the same time the database rolls
	// back all but one, and those are repeated as a whole.
	//
	//retry:on unsent rolledBack
	//retry:not refused ErrOverdrawn
	Withdraw(ctx context.Context, e Entry) error

	// Transfer locks two accounts and writes an entry for each. Two transfers in opposite
	// directions may wait for each other until the database rolls one back, which is then
	// repeated as a whole.
	//
	//retry:on unsent rolledBack
	//retry:not refused
	Transfer(ctx context.Context, from string, to Entry) error

	// Balance returns what an account holds.
	Balance(ctx context.Context, account string) (int64, error)

	// Close closes the connections.
	//
	//retry:none
	Close() error
}

// An Entry puts an amount into an account or takes it out.
type Entry struct {
	Account string
	Amount  int64 // never zero
	Note    string
}

// A Receipt says that an entry was written.
type Receipt struct {
	ID       int64
	Repeated bool // an earlier attempt wrote the entry
}

// ErrOverdrawn is the error of a withdrawal of more than the account holds.
var ErrOverdrawn = errors.New("account overdrawn")
