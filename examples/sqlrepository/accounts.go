package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

//go:generate go tool retrygen -type=Accounts

// Accounts is a repository. Each method is one transaction, so the wrapper repeats
// the transaction as a whole, from BEGIN to COMMIT. Repeating a single statement
// inside a transaction that has failed would help nobody.
//
//retry:exponential-jitter attempts=5 base=5ms max=100ms
//retry:timeout attempt=500ms total=2s
//retry:on lostRace
type Accounts interface {
	// Balance returns sql.ErrNoRows for an unknown account. It matches no name in on,
	// so it is not retried.
	Balance(ctx context.Context, name string) (cents int, err error)

	// Transfer moves money between two accounts, or returns ErrPoor.
	Transfer(ctx context.Context, from, to string, cents int) error
}

// ErrPoor: the account does not have that much.
var ErrPoor = errors.New("not enough money")

// lostRace reports whether the database rolled the transaction back because of
// another one. The codes are those of PostgreSQL, serialization_failure and
// deadlock_detected. The errors of pgx and lib/pq have this method.
func lostRace(err error) bool {
	if err, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return err.SQLState() == "40001" || err.SQLState() == "40P01"
	}
	return false
}

// sqlAccounts keeps accounts in a database.
type sqlAccounts struct{ db *sql.DB }

func (a *sqlAccounts) Balance(ctx context.Context, name string) (cents int, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT cents FROM accounts WHERE name = $1`, name).Scan(&cents)
	return cents, err
}

func (a *sqlAccounts) Transfer(ctx context.Context, from, to string, cents int) error {
	tx, err := a.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a Commit
	var have int
	if err := tx.QueryRowContext(ctx, `SELECT cents FROM accounts WHERE name = $1`, from).Scan(&have); err != nil {
		return fmt.Errorf("account %s: %w", from, err)
	}
	if have < cents {
		return ErrPoor
	}
	const add = `UPDATE accounts SET cents = cents + $1 WHERE name = $2`
	if _, err := tx.ExecContext(ctx, add, -cents, from); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, add, cents, to); err != nil {
		return err
	}
	return tx.Commit()
}
