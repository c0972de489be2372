package ledger

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/faults/trial"
	retry "github.com/retrygen/retrygen/runtime"
)

// Withdrawals at the same time take exactly what the account holds. The database finds that
// each has read what the others write, and all but one are repeated as a whole.
func TestSerializationFailuresAreRepeated(t *testing.T) {
	const holds, attempts = 100, 200
	onEachDriver(t, func(t *testing.T, s *setting) {
		s.deposit(t, alice, holds)
		results := trial.Load(workers, attempts, 0, func(n int) error {
			return s.ledger.Withdraw(t.Context(), Entry{alice, 1, note(n)})
		})
		assert.Equal(t, holds, trial.Acknowledged(results))
		for _, r := range results {
			if r.Err != nil {
				assert.Equal(t, ErrOverdrawn, r.Err)
			}
		}
		assert.Positive(t, s.retries()[serializationFailure], "no withdrawal was in conflict")
		t.Logf("retries by code: %v", s.retries())
		balance, err := s.ledger.Balance(t.Context(), alice)
		require.NoError(t, err)
		assert.Zero(t, balance)
	})
}

// Transfers that lock the same accounts in opposite orders wait for each other, until the
// database rolls one back and it is repeated as a whole. Callers do not notice.
func TestDeadlocksAreRepeated(t *testing.T) {
	const transfers = 200
	onEachDriver(t, func(t *testing.T, s *setting) {
		results := trial.Load(workers, transfers, 0, func(n int) error {
			if n%4 == 0 { // so that the balances are not zero in the end
				return s.ledger.Transfer(t.Context(), bob, Entry{alice, 1, note(n)})
			}
			return s.ledger.Transfer(t.Context(), alice, Entry{bob, 1, note(n)})
		})
		for n, r := range results {
			assert.NoError(t, r.Err, note(n))
		}
		assert.Positive(t, s.retries()[deadlockDetected], "no transfer was in a deadlock")
		t.Logf("retries by code: %v", s.retries())
		for account, want := range map[string]int64{alice: -transfers / 2, bob: transfers / 2} {
			balance, err := s.ledger.Balance(t.Context(), account)
			require.NoError(t, err)
			assert.Equal(t, want, balance, account)
		}
		for n, row := range s.rows(t) {
			assert.Equal(t, []int64{-1, 1}, row.amounts, n)
		}
	})
}

// If the database will never accept a statement, that is its answer: the caller gets it as
// it is, after one attempt.
func TestRefusalsAreNotRepeated(t *testing.T) {
	onEachDriver(t, func(t *testing.T, s *setting) {
		for _, test := range []struct {
			name string
			call func(Entry) error
		}{
			{"a statement", func(e Entry) error { _, err := s.ledger.Deposit(t.Context(), e); return err }},
			{"a statement without a key", func(e Entry) error { return s.ledger.DepositWithoutKey(t.Context(), e) }},
			{"a transaction", func(e Entry) error { return s.ledger.Transfer(t.Context(), bob, e) }},
		} {
			t.Run(test.name, func(t *testing.T) {
				err := test.call(Entry{alice, 0, test.name})
				assert.True(t, refused(err), "%v", err)
				assert.Empty(t, s.retries())
				wrapped := new(retry.Error)
				assert.NotErrorAs(t, err, &wrapped)
			})
		}
		assert.Empty(t, s.rows(t))
	})
}

// An entry that is sent again with the same key is not written again, and its receipt has
// the same number.
func TestRepetitionHasTheReceipt(t *testing.T) {
	onEachDriver(t, func(t *testing.T, s *setting) {
		ctx := retry.WithIdempotencyKey(t.Context(), "the same")
		var repeated atomic.Int64
		receipts := make([]Receipt, workers)
		results := trial.Load(workers, len(receipts), 0, func(n int) (err error) {
			receipts[n], err = s.ledger.Deposit(ctx, Entry{alice, 1, "once"})
			if receipts[n].Repeated {
				repeated.Add(1)
			}
			return err
		})
		assert.Equal(t, workers, trial.Acknowledged(results))
		assert.EqualValues(t, workers-1, repeated.Load())
		for _, r := range receipts {
			assert.Equal(t, receipts[0].ID, r.ID)
		}
		assert.Equal(t, map[string]row{"once": {ids: []int64{receipts[0].ID}, amounts: []int64{1}}}, s.rows(t))
	})
}
