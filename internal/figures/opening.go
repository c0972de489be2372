package figures

import (
	"cmp"
	"math"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// An Opening says when the breaker of a process opens after its dependency has begun to
// fail each attempt.
type Opening struct {
	Never bool          // the breaker does not open; then After and Calls are zero
	After time.Duration // on average
	Calls float64       // that have begun by then, on average

	// FirstAttempts says that only first attempts are counted, because the budget may run
	// out of tokens for the retries. With retries the breaker opens earlier.
	FirstAttempts bool
}

// exactly is the largest number of failures whose waiting time is computed exactly. Above
// that, the mean number of failures is followed, which is as good.
const exactly = 100

// Opens returns when the breaker of a policy opens. The policy has a breaker.
//
// With failures=N, it is the mean of the time of the N-th failure. The calls begin as a
// Poisson process and each brings several failures, so their number at a time has a compound
// Poisson distribution, which Panjer's recursion sums (H. H. Panjer, "Recursive evaluation of
// a family of compound distributions", ASTIN Bulletin 12, 1981). With rate or slow-rate, it is
// the time at which the mean numbers of failures and successes in the window satisfy the
// breaker.
func Opens(p policy.Policy, t Traffic) Opening {
	all := failingCalls(p, t.Takes)
	o := opens(p, t, all)
	if b := p.Budget; !o.Never && bounds(b) && failuresBy(retriesOf(all), t.Rate, o.After.Seconds()) > float64(b.Burst) {
		p.Retry = policy.Retry{}
		o = opens(p, t, failingCalls(p, t.Takes))
		o.FirstAttempts = true
	}
	return o
}

func opens(p policy.Policy, t Traffic, calls []failing) Opening {
	after := math.Inf(1)
	if n := inARow(p.Breaker, t.Takes); n > 0 && n <= exactly {
		after = whenFailed(n, t.Rate, calls)
	} else if n > 0 {
		after = whenOnAverage(float64(n), t.Rate, calls)
	}
	if b := p.Breaker; shareOf(b, t.Takes) > 0 && b.WindowCalls == 0 {
		if at, ok := whenWindowIsBad(b, t, calls); ok {
			after = min(after, at)
		}
	}
	if math.IsInf(after, 1) {
		return Opening{Never: true}
	}
	return Opening{After: seconds(after), Calls: t.Rate * after}
}

// inARow returns how many failures in a row open a breaker, after attempts that all
// succeeded; 0 if no number does.
func inARow(b policy.Breaker, takes time.Duration) int {
	least := math.MaxInt
	if b.Rate == 0 {
		least = cmp.Or(b.Failures, breaker.DefaultFailures)
	}
	if share := shareOf(b, takes); share > 0 && b.WindowCalls > 0 {
		least = min(least, int(math.Ceil(share*float64(b.WindowCalls))))
	}
	if least == math.MaxInt {
		return 0
	}
	return least
}

// shareOf returns the share of the attempts in the window that opens the breaker if all that
// fail take that long; 0 if no share does.
func shareOf(b policy.Breaker, takes time.Duration) float64 {
	share := float64(b.Rate)
	if b.SlowRate > 0 && takes >= b.Slow && (share == 0 || float64(b.SlowRate) < share) {
		share = float64(b.SlowRate)
	}
	return share / float64(100*policy.Percent)
}

// whenFailed returns the mean time of the n-th failure, which is the integral of the
// probability that it is still to come.
func whenFailed(n int, rate float64, calls []failing) float64 {
	first := earliest(calls)
	step := (whenOnAverage(float64(n), rate, calls) - first) / 100
	sum, at := 0.0, first
	for before := 1.0; before > 1e-9; {
		// Simpson's rule.
		middle, after := notYet(n, rate, calls, at+step/2), notYet(n, rate, calls, at+step)
		sum += step / 6 * (before + 4*middle + after)
		at, before = at+step, after
	}
	return first + sum
}

// notYet returns the probability that there are fewer than n failures by a time.
func notYet(n int, rate float64, calls []failing, t float64) float64 {
	most := 1
	for _, c := range calls {
		most = max(most, len(c))
	}
	most = min(most, n)
	by := make([]float64, most+2) // by[j]: the mean time since the j-th failure
	for j := 1; j <= most; j++ {
		by[j] = since(calls, j, t)
	}
	chance := make([]float64, n) // of exactly m failures
	chance[0] = math.Exp(-rate * by[1])
	total := chance[0]
	for m := 1; m < n; m++ {
		for j := 1; j <= min(m, most); j++ {
			chance[m] += rate / float64(m) * float64(j) * (by[j] - by[j+1]) * chance[m-j]
		}
		total += chance[m]
	}
	return total
}

// whenOnAverage returns the time by which there are n failures on average.
func whenOnAverage(n, rate float64, calls []failing) float64 {
	return bisect(earliest(calls), func(t float64) bool { return failuresBy(calls, rate, t) >= n })
}

// bisect returns the smallest time from which on a condition holds.
func bisect(low float64, holds func(t float64) bool) float64 {
	width := 1e-3
	for !holds(low + width) {
		width *= 2
	}
	high := low + width
	for range 60 {
		if middle := (low + high) / 2; holds(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// seconds returns a number of seconds, at most the largest Duration.
func seconds(s float64) time.Duration {
	if s >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(s * float64(time.Second))
}
