package explain

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

// A CallTime says how long a call can take, if a method returns when its context ends.
type CallTime struct {
	// Longest is the time of a call in which every attempt takes as long as it may and
	// fails, including a fallback that is a method of the interface. Zero if nothing
	// bounds it.
	Longest time.Duration

	// Asked is the same if errors ask, by RetryAfter, for the longest waits that the
	// policy grants. It equals Longest if there are no waits.
	Asked time.Duration

	// Why says what sets the bound, or why there is none.
	Why string

	// Fallback is the func that is called after Longest and takes an unknown time; "" for
	// none.
	Fallback string
}

// callTime computes the longest time of a call, including its fallback.
func callTime(w *model.Wrapper, m *model.Method) CallTime {
	call := callTimeOf(m.Whole(w), waitsOf(m.Policy.Retry))
	if m.Fallback == nil || call.Longest == 0 {
		return call
	}
	name := m.Fallback.Fn.Name()
	i := slices.IndexFunc(w.Methods, func(other *model.Method) bool { return other.Fn == m.Fallback.Fn })
	if i < 0 {
		call.Fallback = name
		return call
	}
	next := callTime(w, w.Methods[i])
	if next.Longest == 0 {
		return CallTime{Why: "the fallback " + name + " has no bound: " + next.Why}
	}
	return CallTime{
		Longest: plus(call.Longest, next.Longest), Asked: plus(call.Asked, next.Asked),
		Why: call.Why + ", then the fallback " + name + ": " + next.Why, Fallback: next.Fallback,
	}
}

// callTimeOf computes the longest time of a call without its fallback.
func callTimeOf(p policy.Policy, waits Waits) CallTime {
	attempts, t := max(1, p.Retry.Attempts), p.Timeout
	if attempts == policy.Unlimited || t.Attempt == 0 {
		switch {
		case t.Total > 0:
			return CallTime{Longest: t.Total, Asked: t.Total, Why: "the total timeout"}
		case t.Attempt == 0:
			return CallTime{Why: "an attempt has no timeout"}
		default:
			return CallTime{Why: "attempts have no end, and the call has no total timeout"}
		}
	}
	copied := copying(p)
	busy := times(plus(plus(t.Attempt, copied), p.Limit.Wait), attempts)
	call := CallTime{
		Longest: plus(busy, waits.Total.Greatest),
		Asked:   busy,
		Why:     diag.Count(attempts, "attempt") + " of " + diag.Short(t.Attempt),
	}
	var more []string
	if copied > 0 {
		more = append(more, diag.Short(copied)+" until its last copy")
	}
	if p.Limit.Wait > 0 {
		more = append(more, diag.Short(p.Limit.Wait)+" for a place")
	}
	if more != nil {
		call.Why += " (and " + strings.Join(more, ", ") + ")"
	}
	if attempts > 1 {
		call.Asked = plus(busy, times(backoff.Cap(p.Retry.Strategy), attempts-1))
		call.Why += " and the waits"
	}
	if t.Total > 0 && t.Total < call.Longest {
		call.Why = "the total timeout, where " + call.Why + " would take " + diag.Short(call.Longest)
	}
	if t.Total > 0 {
		call.Longest, call.Asked = min(call.Longest, t.Total), min(call.Asked, t.Total)
	}
	return call
}

// copying returns how long after an attempt its last copy starts. The copy may take as long
// as the attempt. No copy starts after the attempt's end.
func copying(p policy.Policy) time.Duration {
	if p.Hedge.After >= p.Timeout.Attempt {
		return 0
	}
	return times(p.Hedge.After, cmp.Or(p.Hedge.Max, 1))
}
