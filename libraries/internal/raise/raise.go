// Package raise makes a PostgreSQL server return the error that a test wants, and counts how
// often it was asked to.
package raise

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/faults/postgres"
)

// setUp makes a func that raises an error with a code. A sequence counts the calls, because
// what a transaction does to it is never rolled back.
const setUp = `
	CREATE SEQUENCE calls;
	CREATE FUNCTION raise(code text) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM nextval('calls');
		RAISE EXCEPTION 'raised' USING ERRCODE = code;
	END $$;
	CREATE FUNCTION end_session() RETURNS void LANGUAGE sql AS $$
		SELECT nextval('calls'), pg_terminate_backend(pg_backend_pid());
		SELECT pg_sleep(10);
	$$`

// Statements that fail. The first has the code as its argument.
const (
	Code       = "SELECT raise($1)"
	EndSession = "SELECT end_session()"
)

// A Server is a server with the funcs that the statements need.
type Server struct{ *postgres.Server }

// Start starts a server, and stops it when the test ends.
func Start(t *testing.T) Server {
	t.Helper()
	s := Server{postgres.Start(t)}
	require.NoError(t, s.Do(t.Context(), func(c *pgx.Conn) error {
		_, err := c.Exec(t.Context(), setUp)
		return err
	}))
	return s
}

// Calls returns how many of the statements have run.
func (s Server) Calls(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, s.Do(t.Context(), func(c *pgx.Conn) error {
		return c.QueryRow(t.Context(), "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM calls").Scan(&n)
	}))
	return n
}

// URL returns the connection string of the server.
func (s Server) URL() string { return postgres.URL(s.Addr(), time.Minute) }
