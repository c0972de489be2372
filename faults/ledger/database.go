package ledger

import (
	"context"
	"database/sql"
	"errors"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx

	retry "github.com/retrygen/retrygen/runtime"
)

// A database is a Ledger on database/sql.
type database struct{ db *sql.DB }

// openDatabase returns a ledger with up to that many connections.
func openDatabase(url string, connections int) (*database, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &database{db}, nil
}

func (d *database) Deposit(ctx context.Context, e Entry) (Receipt, error) {
	var r Receipt
	key := retry.IdempotencyKey(ctx)
	err := d.db.QueryRowContext(ctx, insertKeyed, key, e.Account, e.Amount, e.Note).Scan(&r.ID)
	if errors.Is(err, sql.ErrNoRows) {
		r.Repeated = true
		err = d.db.QueryRowContext(ctx, selectKeyed, key).Scan(&r.ID)
	}
	return r, err
}

func (d *database) DepositWithoutKey(ctx context.Context, e Entry) error {
	_, err := d.db.ExecContext(ctx, insert, e.Account, e.Amount, e.Note)
	return err
}

func (d *database) Withdraw(ctx context.Context, e Entry) error {
	overdrawn := false
	err := d.transact(ctx, sql.LevelSerializable, func(tx *sql.Tx) error {
		var balance int64
		if err := tx.QueryRowContext(ctx, sumOfAmount, e.Account).Scan(&balance); err != nil {
			return err
		}
		if overdrawn = balance < e.Amount; overdrawn {
			return nil // what the transaction read is only certain after COMMIT
		}
		_, err := tx.ExecContext(ctx, insert, e.Account, -e.Amount, e.Note)
		return err
	})
	if err == nil && overdrawn {
		return ErrOverdrawn
	}
	return err
}

func (d *database) Transfer(ctx context.Context, from string, to Entry) error {
	return d.transact(ctx, sql.LevelReadCommitted, func(tx *sql.Tx) error {
		for _, account := range []string{from, to.Account} {
			if _, err := tx.ExecContext(ctx, lock, account); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, insert, from, -to.Amount, to.Note); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, insert, to.Account, to.Amount, to.Note)
		return err
	})
}

func (d *database) Balance(ctx context.Context, account string) (balance int64, err error) {
	err = d.db.QueryRowContext(ctx, sumOfAmount, account).Scan(&balance)
	return balance, err
}

func (d *database) Close() error { return d.db.Close() }

// transact runs do in a transaction.
func (d *database) transact(ctx context.Context, level sql.IsolationLevel, do func(*sql.Tx) error) error {
	begin := func() (*sql.Tx, error) { return d.db.BeginTx(ctx, &sql.TxOptions{Isolation: level}) }
	return transact(begin, do, (*sql.Tx).Commit, (*sql.Tx).Rollback)
}
