package gen

import (
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
)

// A CallTime says how long a call can take, without its fallback, if a method
// returns when its context ends.
type CallTime struct {
	// Longest is the time of a call whose attempts all take as long as they may,
	// and fail. Zero: nothing bounds it.
	Longest time.Duration

	// Asked is the same when errors ask, with RetryAfter, for the longest waits
	// that the policy grants. It is Longest where there are no waits to ask for.
	Asked time.Duration

	// Why says what makes the bound, or what is missing for one.
	Why string
}

// callTimeOf computes the longest time of a call.
func callTimeOf(p policy.Policy, waits Waits) CallTime {
	attempts, t := max(1, p.Retry.Attempts), p.Timeout
	if attempts == policy.Unlimited || t.Attempt == 0 {
		switch {
		case t.Total > 0:
			return CallTime{t.Total, t.Total, "the total timeout"}
		case t.Attempt == 0:
			return CallTime{Why: "an attempt has no timeout"}
		default:
			return CallTime{Why: "attempts have no end, and the call has no total timeout"}
		}
	}
	busy := times(plus(t.Attempt, p.Limit.Wait), attempts)
	call := CallTime{
		Longest: plus(busy, waits.Total.Greatest),
		Asked:   busy,
		Why:     count(attempts, "attempt") + " of " + short(t.Attempt),
	}
	if p.Limit.Wait > 0 {
		call.Why += " (and " + short(p.Limit.Wait) + " for a place)"
	}
	if attempts > 1 {
		call.Asked = plus(busy, times(backoff.Cap(p.Retry.Strategy), attempts-1))
		call.Why += " and the waits"
	}
	if t.Total > 0 && t.Total < call.Longest {
		call.Why = "the total timeout, where " + call.Why + " would take " + short(call.Longest)
	}
	if t.Total > 0 {
		call.Longest, call.Asked = min(call.Longest, t.Total), min(call.Asked, t.Total)
	}
	return call
}
