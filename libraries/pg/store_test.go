package pg

import (
	"context"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/raise"
	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestServer(t *testing.T) {
	server := raise.Start(t)
	t.Run("codes", func(t *testing.T) { testCodes(t, server) })
	t.Run("a conflict in a transaction", func(t *testing.T) { testConflictInTransaction(t, server) })
	t.Run("an administrator ends the session", func(t *testing.T) {
		rows.Check(t, rows.Transient, statement(server, raise.EndSession))
	})
	t.Run("a hundred violations of a key", func(t *testing.T) { rows.Hundred(t, statement(server, raise.Code, "23505")) })
	t.Run("corruption", func(t *testing.T) { rows.Opens(t, statement(server, raise.Code, "XX001")) })
}

// testCodes has each of the codes that are sorted, and one of each class of codes.
func testCodes(t *testing.T, server raise.Server) {
	for want, codes := range map[rows.Want][]string{
		rows.Transient: {"08000", "08003", "08006", "08P01", "57P01", "57P02", "57P05", "08001", "08004", "53300", "57P03"},
		rows.Conflict:  {"40001", "40P01"},
		rows.Answer: {"40002", "0A000", "20000", "21000", "22003", "23505", "25001", "28P01", "2BP01", "2D000", "34000",
			"3D000", "3F000", "42P01", "42501", "44000", "54000", "55P03", "P0001"},
		rows.Fault:        {"08007", "25006", "40003", "57014", "53100", "53200", "57000", "58030", "F0001", "HV000", "XX001"},
		rows.Unclassified: {"01000", "09000", "A0000"},
	} {
		for _, code := range codes {
			t.Run(code, func(t *testing.T) { rows.Check(t, want, statement(server, raise.Code, code)) })
		}
	}
}

// testConflictInTransaction: a conflict is final, because only the transaction as a whole can be repeated.
func testConflictInTransaction(t *testing.T, server raise.Server) {
	rows.Check(t, rows.FinalConflict, func(t *testing.T, o *retry.Options) rows.Client {
		before := server.Calls(t)
		tx, err := pool(t, server.URL()).Begin(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, tx.Rollback(context.Background())) })
		wrapped := NewResilientTx(tx, o)
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				_, err := wrapped.Exec(ctx, raise.Code, "40001")
				return err
			},
			Requests: func() int { return server.Calls(t) - before },
		}
	})
}

// Nobody listens, so nothing was sent.
func TestRefusedConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	rows.Check(t, rows.Unsent, func(t *testing.T, o *retry.Options) rows.Client {
		config, err := pgxpool.ParseConfig("postgres://postgres@" + listener.Addr().String() + "/postgres?sslmode=disable")
		require.NoError(t, err)
		dials := 0
		config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			dials++
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		p, err := pgxpool.NewWithConfig(t.Context(), config)
		require.NoError(t, err)
		t.Cleanup(p.Close)
		wrapped := NewResilientPool(p, o)
		return rows.Client{Group: wrapped.Group(), Call: wrapped.Ping, Requests: func() int { return dials }}
	})
}

// statement opens a wrapped pool, whose calls execute a statement.
func statement(server raise.Server, sql string, args ...any) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		before := server.Calls(t)
		wrapped := NewResilientPool(pool(t, server.URL()), o)
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				_, err := wrapped.Exec(ctx, sql, args...)
				return err
			},
			Requests: func() int { return server.Calls(t) - before },
		}
	}
}

func pool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}
