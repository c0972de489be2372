package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/faults/postgres"
	"github.com/retrygen/retrygen/faults/trial"
)

// What was committed is there after each kind of end, and a connection of before is not.
func TestRestart(t *testing.T) {
	trial.LevelGoroutines(t)
	s := postgres.Start(t)
	address := s.Addr()
	conn := s.Connect(t)
	_, err := conn.Exec(t.Context(), "CREATE TABLE committed (n int)")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "INSERT INTO committed VALUES (1)")
	require.NoError(t, err)

	require.NoError(t, s.Restart(postgres.Kill))
	_, err = conn.Exec(t.Context(), "INSERT INTO committed VALUES (2)")
	assert.Error(t, err, "the server of this connection was killed")
	conn = s.Connect(t)
	_, err = conn.Exec(t.Context(), "INSERT INTO committed VALUES (3)")
	require.NoError(t, err)

	require.NoError(t, s.Restart(postgres.Immediate))
	_, err = conn.Exec(t.Context(), "INSERT INTO committed VALUES (4)")
	assert.Error(t, err, "and that of this one")
	var sum int
	require.NoError(t, s.Connect(t).QueryRow(t.Context(), "SELECT sum(n) FROM committed").Scan(&sum))
	assert.Equal(t, 1+3, sum)
	assert.Equal(t, address, s.Addr())
}
