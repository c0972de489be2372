package ledger

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
)

func TestSQLState(t *testing.T) {
	for _, test := range []struct {
		name                string
		err                 error
		rolledBack, refused bool
	}{
		{"serialization failure", &pgconn.PgError{Code: "40001"}, true, false},
		{"deadlock", &pgconn.PgError{Code: "40P01"}, true, false},
		{"wrapped", fmt.Errorf("transfer: %w", &pgconn.PgError{Code: "40P01"}), true, false},
		{"of the same class, but perhaps done", &pgconn.PgError{Code: "40003"}, false, false},
		{"administrator", &pgconn.PgError{Code: "57P01"}, false, false},
		{"starting up", &pgconn.PgError{Code: "57P03"}, false, false},
		{"number out of range", &pgconn.PgError{Code: "22003"}, false, true},
		{"check violated", &pgconn.PgError{Code: "23514"}, false, true},
		{"no such table", &pgconn.PgError{Code: "42P01"}, false, true},
		{"no code", &pgconn.PgError{}, false, false},
		{"no answer", errors.New("connection lost"), false, false},
		{"no error", nil, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.rolledBack, rolledBack(test.err))
			assert.Equal(t, test.refused, refused(test.err))
		})
	}
}
