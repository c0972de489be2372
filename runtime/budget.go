package retry

import (
	"sync/atomic"

	"github.com/retrygen/retrygen/policy"
)

// wholeToken is one token in the unit that a budget counts in, so that a ratio,
// which has six decimals, is a whole number.
const wholeToken = 1_000_000

// A budget bounds the retries of a wrapper to a share of its successes. It is a
// bucket that starts full; a retry takes a token, a success gives ratio of one
// back. There is no refill by time: while nothing succeeds, a full bucket is all
// the extra load that a struggling dependency gets. A nil budget has no bounds.
type budget struct {
	full, deposits int64
	_              [48]byte // tokens is written on retries; its readers' line is not theirs
	tokens         atomic.Int64
	_              [56]byte
}

// newBudget returns nil for a budget that is off or not said.
func newBudget(p policy.Budget) *budget {
	if p.Off || p == (policy.Budget{}) {
		return nil
	}
	b := &budget{full: int64(p.Burst) * wholeToken, deposits: int64(p.Ratio)}
	b.tokens.Store(b.full)
	return b
}

// take takes a token, and reports whether there was one. It never waits.
func (b *budget) take() bool {
	if b == nil {
		return true
	}
	for {
		n := b.tokens.Load()
		if n < wholeToken {
			return false
		}
		if b.tokens.CompareAndSwap(n, n-wholeToken) {
			return true
		}
	}
}

// giveBack returns a token whose retry did not take place.
func (b *budget) giveBack() {
	if b != nil {
		b.add(wholeToken)
	}
}

// isFull reports whether a success has nothing to deposit.
func (b *budget) isFull() bool { return b == nil || b.tokens.Load() >= b.full }

// success deposits. A full bucket, the usual case, costs one load.
func (b *budget) success() {
	if b != nil && b.tokens.Load() < b.full {
		b.add(b.deposits)
	}
}

func (b *budget) add(amount int64) {
	for {
		n := b.tokens.Load()
		if b.tokens.CompareAndSwap(n, min(n+amount, b.full)) {
			return
		}
	}
}
