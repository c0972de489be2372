package shape

import (
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Of an interface without Commit and Rollback, the methods count that take a transaction.
func TestInTransaction(t *testing.T) {
	all := typesOf(t, `
import ("context"; "database/sql")
type sqlcDBTX interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	PrepareContext(context.Context, string) (*sql.Stmt, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}
type pgxDBTX interface { Exec(context.Context, string, ...any) (int, error); Query(context.Context, string, ...any) (any, error) }
type pgxTx interface { pgxDBTX; Commit(context.Context) error; Rollback(context.Context) error }
type queryer interface { QueryContext(context.Context, string, ...any) (*sql.Rows, error) }
type consumer struct{}
func (*consumer) Commit(int) error { return nil }
type repository[T pgxDBTX] interface {
	WithTx(ctx context.Context, tx *sql.Tx) error
	WithPgx(ctx context.Context, id int, tx pgxTx) error
	WithSQLC(ctx context.Context, db sqlcDBTX) error
	WithDBTX(ctx context.Context, db pgxDBTX) error
	WithParam(ctx context.Context, db T) error
	Plain(ctx context.Context, id int) error
	OnDB(ctx context.Context, db *sql.DB) error
	OnConn(ctx context.Context, conn *sql.Conn) error
	OnQueryer(ctx context.Context, db queryer) error
	OnConsumer(ctx context.Context, c *consumer) error
	OnFunc(ctx context.Context, do func(tx *sql.Tx) error) error
}
type unit interface { Save(ctx context.Context) error; Rollback() error }
type session interface { Find(ctx context.Context) error; AbortTransaction(context.Context) error }
`)
	repository := all["repository"].Underlying().(*types.Interface)
	for fn := range repository.Methods() {
		assert.Equal(t, fn.Name()[:4] == "With", InTransaction(repository, fn), fn.Name())
	}
	for _, name := range []string{"unit", "session"} {
		iface := all[name].Underlying().(*types.Interface)
		for fn := range iface.Methods() {
			assert.True(t, InTransaction(iface, fn), "%s.%s", name, fn.Name())
		}
	}
}
