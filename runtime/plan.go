package retry

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A plan is a policy and everything that is made from it. Calls go by the plan that is in
// force when they begin. A plan never changes: a new policy makes a new plan.
type plan struct {
	policy   *policy.Policy // never changed
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
	standIn  *breakers           // forced by Group.Steer in the place of these; nil for none
	budget   *budget
	limit    *limiter
	counts   *counts // nil: calls are not counted
	chaos    *chaos  // nil: attempts are not disturbed
	first    first
	off      bool // the call passes straight through
}

// first says how the first attempt of a call is made. For most calls it is the only one.
type first uint8

const (
	generalFirst first = iota // like every other attempt
	directFirst               // only the context and the breaker are checked
	timedFirst                // the same, with an attempt timeout
	toldFirst                 // the same as directFirst, with CallDone or AttemptDone
)

// handle returns the breaker that controls all breakers of the plan, or nil if there is none.
func (p *plan) handle() *breaker.Breaker {
	if p.keyed != nil {
		return p.keyed.Rest()
	}
	return p.breaker
}

// forced returns the breakers that are forced in the place of those of the plan, or nil. What
// ForceOpen and ForceClose force wins over them.
func (p *plan) forced() *breakers {
	if p.standIn != nil {
		if s := p.handle().Snapshot(); s.Forced && !s.Remote {
			return nil
		}
	}
	return p.standIn
}

// newPlan returns the plan of a policy, without the breaker, the budget and the limit.
func newPlan(p policy.Policy, key bool) *plan {
	made := &plan{
		policy:   &p,
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
