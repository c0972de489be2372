// Package figures computes what follows from the numbers of a policy: the load on a failing
// dependency, when a breaker opens and how much it refuses, and how many calls are under way
// while the dependency hangs.
//
// All figures are means in closed form, or sums over evenly spread draws of the delays. None
// of them is drawn at random, so the same policy always has the same figures. The tests
// compare each one with a simulation of the real breaker, budget and runtime.
//
// The package takes a policy.Policy that is complete: without concerns that are off, and with
// the budget that is in force.
package figures

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/policy"
)

// Attempts returns the mean number of attempts of a call when each attempt fails with
// probability p, independently of the others, and no budget, breaker or timeout ends the
// call: 1 + p + p^2 + ... + p^(n-1) for n attempts. It returns +Inf for unlimited attempts
// that always fail.
func Attempts(p float64, attempts int) float64 {
	n := float64(max(attempts, 1))
	if p >= 1 {
		if attempts == policy.Unlimited {
			return math.Inf(1)
		}
		return n
	}
	return (1 - math.Pow(p, n)) / (1 - p)
}

// BudgetedAttempts returns the mean number of attempts of a call under a budget, after the
// burst is spent. In the long run the retries take no more tokens than the successes give
// back. With R retries for each call, (1-p)(1+R) of the calls succeed and each gives back
// ratio, so R = ratio(1-p)(1+R), and 1+R = 1/(1-ratio(1-p)). If the calls want fewer retries
// than that, the budget does not matter.
func BudgetedAttempts(p float64, attempts int, budget policy.Budget) float64 {
	wanted := Attempts(p, attempts)
	if !bounds(budget) {
		return wanted
	}
	given := float64(budget.Ratio) / float64(100*policy.Percent) * (1 - p)
	if budget.Burst == 0 {
		return 1
	}
	if given >= 1 {
		return wanted
	}
	return min(wanted, 1/(1-given))
}

// BudgetLasts returns when the budget of a process first refuses a retry, on average, after
// each attempt has begun to fail. It is not ok without a budget or without retries.
func BudgetLasts(p policy.Policy, t Traffic) (d time.Duration, ok bool) {
	retries := retriesOf(failingCalls(p, t.Takes))
	if !bounds(p.Budget) || math.IsInf(earliest(retries), 1) {
		return 0, false
	}
	if n := p.Budget.Burst + 1; n <= exactly {
		return seconds(whenFailed(n, t.Rate, retries)), true
	}
	return seconds(whenOnAverage(float64(p.Budget.Burst+1), t.Rate, retries)), true
}

// bounds reports whether a budget bounds the retries.
func bounds(b policy.Budget) bool { return !b.Off && b != (policy.Budget{}) }
