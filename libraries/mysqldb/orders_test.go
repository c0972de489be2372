package mysqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// The driver makes these errors from the packets of a server.
func TestNumbers(t *testing.T) {
	for want, numbers := range map[rows.Want][]uint16{
		rows.Transient: {1053, 1040, 1129, 1203}, // the last three are unsent
		rows.Throttled: {1226},
		rows.Conflict:  {1213},
		rows.Answer:    {1044, 1045, 1048, 1054, 1062, 1064, 1146, 1205, 1216, 1406, 1451, 1452, 1644, 3819},
		rows.Fault:     {1021, 1037, 1038, 1041, 1105, 1290, 1317, 1792, 1836, 3024},
	} {
		for _, number := range numbers {
			t.Run(fmt.Sprint(number), func(t *testing.T) {
				err := &mysql.MySQLError{Number: number, Message: "no"}
				rows.Check(t, want, failing(err))
				rows.Check(t, want, failing(fmt.Errorf("add order: %w", err)))
			})
		}
	}
}

func TestErrorsOfDriver(t *testing.T) {
	for _, test := range []struct {
		err  error
		want rows.Want
	}{
		{mysql.ErrInvalidConn, rows.Transient},
		{driver.ErrBadConn, rows.Unsent},
		{sql.ErrNoRows, rows.Answer},
		{sql.ErrTxDone, rows.Answer},
		{mysql.ErrPktTooLarge, rows.Unclassified},
		{errors.New("of nobody"), rows.Unclassified},
	} {
		t.Run(test.err.Error(), func(t *testing.T) { rows.Check(t, test.want, failing(test.err)) })
	}
}

func TestDuplicateKeyHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(&mysql.MySQLError{Number: 1062}))
}

func TestReadOnlyOpensBreaker(t *testing.T) { rows.Opens(t, failing(&mysql.MySQLError{Number: 1290})) }

// In a transaction a deadlock is final, because it has rolled back the transaction.
func TestDeadlockInTransaction(t *testing.T) {
	rows.Check(t, rows.FinalConflict, func(_ *testing.T, o *retry.Options) rows.Client {
		next := &orders{err: &mysql.MySQLError{Number: 1213}}
		wrapped := NewResilientOrders(next, o)
		return rows.Client{
			Group:    wrapped.Group(),
			Call:     func(ctx context.Context) error { return wrapped.AddIn(ctx, nil, 1) },
			Requests: func() int { return next.calls },
		}
	})
}

func failing(err error) rows.Open {
	return func(_ *testing.T, o *retry.Options) rows.Client {
		next := &orders{err: err}
		wrapped := NewResilientOrders(next, o)
		return rows.Client{
			Group:    wrapped.Group(),
			Call:     func(ctx context.Context) error { return wrapped.Add(ctx, 1) },
			Requests: func() int { return next.calls },
		}
	}
}

// orders fails each call with an error.
type orders struct {
	err   error
	calls int
}

func (o *orders) Add(context.Context, int64) error { o.calls++; return o.err }

func (o *orders) Paid(context.Context, int64) (sql.NullTime, error) { return sql.NullTime{}, o.err }

func (o *orders) AddIn(context.Context, *sql.Tx, int64) error { o.calls++; return o.err }
