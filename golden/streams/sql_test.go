package streams_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/streams"
)

// database is a driver whose transactions and rows record how they end.
type database struct{ committed, rolledBack, rowsClosed int }

func (d *database) Connect(context.Context) (driver.Conn, error) { return d, nil }
func (d *database) Driver() driver.Driver                        { return nil }
func (d *database) Prepare(string) (driver.Stmt, error)          { return d, nil }
func (d *database) Begin() (driver.Tx, error)                    { return d, nil }
func (d *database) Commit() error                                { d.committed++; return nil }
func (d *database) Rollback() error                              { d.rolledBack++; return nil }
func (d *database) Close() error                                 { return nil }
func (d *database) NumInput() int                                { return 0 }
func (d *database) Exec([]driver.Value) (driver.Result, error)   { return driver.ResultNoRows, nil }
func (d *database) Query([]driver.Value) (driver.Rows, error)    { return &table{of: d}, nil }

// table has three rows.
type table struct {
	of   *database
	rows int
}

func (t *table) Columns() []string { return []string{"n"} }
func (t *table) Close() error      { t.of.rowsClosed++; return nil }
func (t *table) Next(row []driver.Value) error {
	if t.rows++; t.rows > 3 {
		return io.EOF
	}
	row[0] = int64(t.rows)
	return nil
}

// A transaction that was begun under a timeout stays open after it and can be committed.
// One that is given up is rolled back when the caller's context ends.
func TestTransactionOutlivesTheTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(database)
		db := sql.OpenDB(d)
		defer db.Close()
		client := streams.NewResilientStreams(&server{db: db}, nil)

		tx, err := client.Begin(t.Context())
		require.NoError(t, err)
		time.Sleep(time.Hour)
		synctest.Wait()
		_, err = tx.ExecContext(t.Context(), "insert")
		require.NoError(t, err)
		require.NoError(t, tx.Commit())
		assert.Equal(t, 1, d.committed)

		ctx, cancel := context.WithCancel(t.Context())
		_, err = client.Begin(ctx)
		require.NoError(t, err)
		time.Sleep(time.Hour)
		assert.Zero(t, d.rolledBack)
		cancel()
		synctest.Wait()
		assert.Equal(t, 1, d.rolledBack)
	})
}

func TestRowsOutliveTheTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(database)
		db := sql.OpenDB(d)
		defer db.Close()
		rows, err := streams.NewResilientStreams(&server{db: db}, nil).Rows(t.Context())
		require.NoError(t, err)
		var got []int
		for rows.Next() {
			time.Sleep(time.Minute)
			var n int
			require.NoError(t, rows.Scan(&n))
			got = append(got, n)
		}
		require.NoError(t, rows.Err())
		assert.Equal(t, []int{1, 2, 3}, got)
		assert.Equal(t, 1, d.rowsClosed)
	})
}
