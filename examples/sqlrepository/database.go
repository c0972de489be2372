package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"maps"
)

// A database is a database/sql driver in memory, with one table and one connection. It
// knows the statements of sqlAccounts, and fails at COMMIT when told to.
type database struct {
	log   io.Writer
	cents map[string]int64 // committed
	work  map[string]int64 // inside the transaction; nil without one
	fail  []error          // what the next commits return
}

// errConflict is what PostgreSQL returns when it rolls back one of two transactions.
var errConflict = stateError("40001")

// errLost leaves open whether the COMMIT arrived.
var errLost = errors.New("connection lost")

type stateError string

func (e stateError) Error() string    { return "SQLSTATE " + string(e) }
func (e stateError) SQLState() string { return string(e) }

// failCommits lets the next commits fail with these errors.
func (d *database) failCommits(errs ...error) { d.fail = errs }

func (d *database) Connect(context.Context) (driver.Conn, error) { return d, nil }
func (d *database) Driver() driver.Driver                        { return nil }
func (d *database) Close() error                                 { return nil }
func (d *database) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (d *database) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }

func (d *database) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	fmt.Fprintln(d.log, "  BEGIN")
	d.work = maps.Clone(d.cents)
	return d, nil
}

func (d *database) Commit() error {
	work := d.work
	d.work = nil
	if len(d.fail) > 0 {
		err := d.fail[0]
		d.fail = d.fail[1:]
		fmt.Fprintln(d.log, "  COMMIT:", err)
		return err
	}
	fmt.Fprintln(d.log, "  COMMIT")
	d.cents = work
	return nil
}

func (d *database) Rollback() error {
	fmt.Fprintln(d.log, "  ROLLBACK")
	d.work = nil
	return nil
}

// ExecContext adds to an account.
func (d *database) ExecContext(_ context.Context, _ string, args []driver.NamedValue) (driver.Result, error) {
	cents, name := args[0].Value.(int64), args[1].Value.(string)
	fmt.Fprintf(d.log, "  UPDATE %s: %+d\n", name, cents)
	d.work[name] += cents
	return driver.RowsAffected(1), nil
}

// QueryContext reads an account.
func (d *database) QueryContext(_ context.Context, _ string, args []driver.NamedValue) (driver.Rows, error) {
	table := d.cents
	if d.work != nil {
		table = d.work
	}
	name := args[0].Value.(string)
	fmt.Fprintf(d.log, "  SELECT %s\n", name)
	cents, known := table[name]
	return &rows{cents: cents, done: !known}, nil
}

// rows has at most one row.
type rows struct {
	cents int64
	done  bool
}

func (r *rows) Columns() []string { return []string{"cents"} }
func (r *rows) Close() error      { return nil }
func (r *rows) Next(row []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done, row[0] = true, r.cents
	return nil
}
