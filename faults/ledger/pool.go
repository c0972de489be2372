package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	retry "github.com/retrygen/retrygen/runtime"
)

// A pool is a Ledger on pgxpool.
type pool struct{ pool *pgxpool.Pool }

// openPool returns a ledger with up to that many connections.
func openPool(ctx context.Context, url string, connections int) (*pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(connections)
	p, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &pool{p}, nil
}

func (p *pool) Deposit(ctx context.Context, e Entry) (Receipt, error) {
	var r Receipt
	key := retry.IdempotencyKey(ctx)
	err := p.pool.QueryRow(ctx, insertKeyed, key, e.Account, e.Amount, e.Note).Scan(&r.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		r.Repeated = true
		err = p.pool.QueryRow(ctx, selectKeyed, key).Scan(&r.ID)
	}
	return r, err
}

func (p *pool) DepositWithoutKey(ctx context.Context, e Entry) error {
	_, err := p.pool.Exec(ctx, insert, e.Account, e.Amount, e.Note)
	return err
}

func (p *pool) Withdraw(ctx context.Context, e Entry) error {
	overdrawn := false
	err := p.transact(ctx, pgx.Serializable, func(tx pgx.Tx) error {
		var balance int64
		if err := tx.QueryRow(ctx, sumOfAmount, e.Account).Scan(&balance); err != nil {
			return err
		}
		if overdrawn = balance < e.Amount; overdrawn {
			return nil // what the transaction read is only certain after COMMIT
		}
		_, err := tx.Exec(ctx, insert, e.Account, -e.Amount, e.Note)
		return err
	})
	if err == nil && overdrawn {
		return ErrOverdrawn
	}
	return err
}

func (p *pool) Transfer(ctx context.Context, from string, to Entry) error {
	return p.transact(ctx, pgx.ReadCommitted, func(tx pgx.Tx) error {
		for _, account := range []string{from, to.Account} {
			if _, err := tx.Exec(ctx, lock, account); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, insert, from, -to.Amount, to.Note); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insert, to.Account, to.Amount, to.Note)
		return err
	})
}

func (p *pool) Balance(ctx context.Context, account string) (balance int64, err error) {
	err = p.pool.QueryRow(ctx, sumOfAmount, account).Scan(&balance)
	return balance, err
}

func (p *pool) Close() error {
	p.pool.Close()
	return nil
}

// transact runs do in a transaction.
func (p *pool) transact(ctx context.Context, level pgx.TxIsoLevel, do func(pgx.Tx) error) error {
	begin := func() (pgx.Tx, error) { return p.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: level}) }
	commit := func(tx pgx.Tx) error { return tx.Commit(ctx) }
	rollback := func(tx pgx.Tx) error { return tx.Rollback(ctx) }
	return transact(begin, do, commit, rollback)
}
