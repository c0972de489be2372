package postgres_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/faults/postgres"
	"github.com/retrygen/retrygen/faults/trial"
)

// After each kind of restart the committed rows are there, and old connections are broken.
func TestRestart(t *testing.T) {
	trial.LevelGoroutines(t)
	s := postgres.Start(t)
	address := s.Addr()
	for i, how := range []syscall.Signal{postgres.Kill, postgres.Immediate} {
		conn, err := s.Connect(t.Context())
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS committed (n int)")
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "INSERT INTO committed VALUES ($1)", 1+i)
		require.NoError(t, err)

		require.NoError(t, s.Restart(how))
		_, err = conn.Exec(t.Context(), "INSERT INTO committed VALUES (100)")
		assert.Error(t, err, "the connection is broken")
	}
	var sum int
	require.NoError(t, s.Do(t.Context(), func(conn *pgx.Conn) error {
		return conn.QueryRow(t.Context(), "SELECT sum(n) FROM committed").Scan(&sum)
	}))
	assert.Equal(t, 1+2, sum)
	assert.Equal(t, address, s.Addr())
}

// Terminate ends the sessions of others, and the server keeps running.
func TestTerminate(t *testing.T) {
	trial.LevelGoroutines(t)
	s := postgres.Start(t)
	conn, err := s.Connect(t.Context())
	require.NoError(t, err)
	sessions, err := s.Sessions(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, sessions)

	require.NoError(t, s.Terminate())
	assert.Error(t, conn.Ping(t.Context()))
	none := func() bool {
		sessions, err := s.Sessions(t.Context())
		return err == nil && sessions == 0
	}
	assert.Eventually(t, none, time.Minute, 10*time.Millisecond)
}
