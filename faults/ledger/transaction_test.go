package ledger

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

// Until COMMIT is sent nothing is done, whatever was sent before.
func TestTransactionIsUnsentUntilCommit(t *testing.T) {
	var (
		lost     = errors.New("connection lost")
		unsent   = unsentStatement{lost}
		deadlock = &pgconn.PgError{Code: deadlockDetected}
	)
	for _, test := range []struct {
		name              string
		begin, do, commit error
		unsent, rolled    bool
	}{
		{"success", nil, nil, nil, false, false},
		{"no session", lost, nil, nil, true, false},
		{"lost in the middle, after statements were sent", nil, lost, nil, true, false},
		{"rolled back in the middle", nil, deadlock, nil, false, true}, // a conflict, which SafeToRetry does not change
		{"lost after COMMIT was sent", nil, nil, lost, false, false},
		{"lost before COMMIT was sent", nil, nil, unsent, true, false},
		{"rolled back while committing", nil, nil, deadlock, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			rollbacks := 0
			err := transact(
				func() (int, error) { return 1, test.begin },
				func(int) error { return test.do },
				func(int) error { return test.commit },
				func(int) error { rollbacks++; return lost },
			)
			want := errors.Join(test.begin, test.do, test.commit)
			assert.Equal(t, want == nil, err == nil)
			assert.Equal(t, test.unsent, retry.Unsent(err))
			assert.Equal(t, test.rolled, rolledBack(err))
			if test.begin == nil {
				assert.Equal(t, 1, rollbacks)
			}
		})
	}
}

// An unsentStatement is the error of a statement that was not sent.
type unsentStatement struct{ error }

func (unsentStatement) SafeToRetry() bool { return true }
func (e unsentStatement) Unwrap() error   { return e.error }
