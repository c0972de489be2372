package retry

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A plan is what the calls of a method go by: a policy, and what has been made
// from it. It does not change; a call that has begun by one ends by it, whatever
// is put into force meanwhile.
type plan struct {
	policy   policy.Policy
	attempts int
	strategy backoff.Strategy
	longest  time.Duration // no wait is longer
	jittered bool
	timeout  policy.Timeout
	hedge    policy.Hedge
	key      bool // calls carry an idempotency key
	lends    bool // attempts get a lease
	breaker  *breaker.Breaker
	keyed    *breaker.Keyed[key] // instead of breaker
	budget   *budget
	limit    *limiter
	counts   *counts // nil: nobody wants to know
	first    first
	off      bool // the call passes straight through
}

// first is how the first attempt of a call is made, most of which are the only one.
type first uint8

const (
	generalFirst first = iota // like all others
	directFirst               // the context and the breaker are asked, and that is all
	timedFirst                // the same with the timeout of the attempt
)

// newPlan returns the plan of a policy, without breaker and budget.
func newPlan(p policy.Policy, key bool) *plan {
	made := &plan{
		policy:   p,
		attempts: max(1, p.Retry.Attempts),
		strategy: p.Retry.Strategy,
		longest:  math.MaxInt64,
		timeout:  p.Timeout,
		hedge:    p.Hedge,
		key:      key,
	}
	if made.strategy == nil {
		made.strategy = backoff.Simple{}
	} else {
		made.longest = backoff.Cap(made.strategy)
	}
	made.jittered = backoff.Jittered(made.strategy)
	if p.Timeout.Off {
		made.timeout = policy.Timeout{}
	}
	if p.Hedge.Off {
		made.hedge = policy.Hedge{}
	}
	switch {
	case key || made.timeout.Total > 0:
	case made.timeout.Attempt > 0:
		made.first = timedFirst
	default:
		made.first = directFirst
	}
	return made
}
