package retry

import (
	"math"
	"sync/atomic"

	"github.com/retrygen/retrygen/policy"
)

// wholeToken is one token in the unit of a budget. A ratio has six decimals, so in this
// unit it is a whole number.
const wholeToken = 1_000_000

// A budget limits the retries of a wrapper to a share of its successes. It is a bucket that
// starts full. A retry takes a token, and a success gives ratio of one back. The bucket does
// not refill with time: while nothing succeeds, a full bucket is all the extra load that a
// struggling dependency gets. A nil budget has no limit.
type budget struct {
	full, deposits int64
	_              [48]byte // retries write tokens; their cache line must not be that of the fields above
	tokens         atomic.Int64
	_              [56]byte
	refused        atomic.Int64 // retries and copies that got no token
	label          label
}

// newBudget returns nil for a budget that is off or zero.
func newBudget(l label, p policy.Budget) *budget {
	if p.Off || p == (policy.Budget{}) {
		return nil
	}
	b := &budget{full: min(int64(p.Burst), math.MaxInt64/wholeToken) * wholeToken, deposits: int64(p.Ratio), label: l}
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
			b.refused.Add(1)
			return false
		}
		if b.tokens.CompareAndSwap(n, n-wholeToken) {
			return true
		}
	}
}

// giveBack returns the token of a retry that was not made.
func (b *budget) giveBack() {
	if b != nil {
		b.add(wholeToken)
	}
}

// isFull reports whether a success has nothing to deposit.
func (b *budget) isFull() bool { return b == nil || b.tokens.Load() >= b.full }

// success deposits. A full bucket, the usual case, costs one load.
func (b *budget) success() {
	if !b.isFull() {
		b.add(b.deposits)
	}
}

func (b *budget) add(amount int64) {
	for {
		n := b.tokens.Load()
		if b.tokens.CompareAndSwap(n, n+min(amount, b.full-n)) {
			return
		}
	}
}
