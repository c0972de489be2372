package ledger

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/faults/trial"
)

// A write is a call that writes entries with one note.
type write struct {
	name    string
	amounts []int64 // of the entries, ascending
	always  bool    // it succeeds in the end
	call    func(ctx context.Context, l Ledger, note string) (Receipt, error)
}

// writes are all calls that write.
var writes = []write{
	{"deposit", []int64{1}, true, func(ctx context.Context, l Ledger, note string) (Receipt, error) {
		return l.Deposit(ctx, Entry{alice, 1, note})
	}},
	{"deposit without key", []int64{1}, false, func(ctx context.Context, l Ledger, note string) (Receipt, error) {
		return Receipt{}, l.DepositWithoutKey(ctx, Entry{bob, 1, note})
	}},
	{"withdraw", []int64{-1}, false, func(ctx context.Context, l Ledger, note string) (Receipt, error) {
		return Receipt{}, l.Withdraw(ctx, Entry{rich, 1, note})
	}},
	{"transfer", []int64{-1, 1}, false, func(ctx context.Context, l Ledger, note string) (Receipt, error) {
		return Receipt{}, l.Transfer(ctx, alice, Entry{bob, 1, note})
	}},
	{"transfer back", []int64{-1, 1}, false, func(ctx context.Context, l Ledger, note string) (Receipt, error) {
		return Receipt{}, l.Transfer(ctx, bob, Entry{alice, 1, note})
	}},
}

// rich is an account that every withdrawal can be made from.
const rich = "rich"

const (
	calls = 1000
	rest  = 10 * time.Millisecond // between two calls, so that the test meets enough trouble
)

// Whatever happens to the database, an acknowledged entry is written once, and any other at
// most once. A transaction is written as a whole or not at all. With a key every entry is
// acknowledged in the end.
func TestEveryAcknowledgedEntryIsWrittenOnce(t *testing.T) {
	for _, trouble := range troubles {
		t.Run(trouble.name, func(t *testing.T) {
			onEachDriver(t, func(t *testing.T, s *setting) {
				s.deposit(t, rich, calls)
				end := s.begin(t, trouble)
				receipts := make([]Receipt, calls)
				results := trial.Load(workers, calls, rest, func(n int) (err error) {
					receipts[n], err = writes[n%len(writes)].call(t.Context(), s.ledger, note(n))
					return err
				})
				troubled := end()

				rows := s.rows(t)
				repeated, kept := 0, 0
				for n, r := range results {
					write, got := writes[n%len(writes)], rows[note(n)]
					switch {
					case r.Err == nil:
						assert.Equal(t, write.amounts, got.amounts, "%s %s: acknowledged", write.name, note(n))
					case write.always:
						assert.NoError(t, r.Err, "%s %s", write.name, note(n))
					case got.amounts != nil:
						assert.Equal(t, write.amounts, got.amounts, "%s %s: failed with %v", write.name, note(n), r.Err)
						kept++
					}
					if receipts[n].Repeated {
						repeated++
					}
					if receipts[n].ID != 0 {
						assert.Equal(t, []int64{receipts[n].ID}, got.ids, "%s %s: the receipt", write.name, note(n))
					}
				}
				acknowledged := trial.Acknowledged(results)
				t.Logf("troubled %d times, %d of %d acknowledged, %d written of the others, %d repetitions dropped, longest call %v, retries by code: %v",
					troubled, acknowledged, calls, kept, repeated, trial.Longest(results), s.retries())
				assert.Greater(t, troubled, 2, "too little trouble to prove anything")
				assert.Greater(t, acknowledged, calls/2, "too few to prove anything")
				assert.NotEmpty(t, s.retries(), "no call was retried")
				assert.Less(t, trial.Longest(results), total+slack)
			})
		})
	}
}

func note(n int) string { return fmt.Sprintf("note-%d", n) }
