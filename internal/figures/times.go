package figures

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/policy"
)

// Traffic is what one process sends to the dependency, and what comes back.
type Traffic struct {
	Rate    float64       // calls in a second, more than zero; they begin at random, as a Poisson process
	Latency time.Duration // of an attempt that succeeds
	Takes   time.Duration // of an attempt that fails; zero: it fails at once
}

// paths is how many calls stand for all. Each has its own draws.
const paths = 1024

// mostTimes bounds the failures of one call that are followed.
const mostTimes = 64

// A failing is a call whose attempts all fail. It has the time of each failure since the
// call began, in seconds.
type failing []float64

// end returns when the call ends.
func (f failing) end() float64 { return f[len(f)-1] }

// whole returns the attempts of the call and its end, with those that are not followed. These
// take as long as the last one that is.
func (f failing) whole(p policy.Policy) (attempts, end float64) {
	attempts, end = float64(len(f)), f.end()
	if len(f) < mostTimes || p.Retry.Attempts <= mostTimes {
		return attempts, end
	}
	step, more := end-f[len(f)-2], float64(p.Retry.Attempts-len(f))
	if p.Retry.Attempts == policy.Unlimited {
		more = math.Inf(1)
	}
	if total := p.Timeout.Total.Seconds(); total > 0 {
		more = min(more, (total-end)/step)
	}
	return attempts + more, end + more*step
}

// failingCalls returns calls whose attempts all fail, each equally likely. Their draws are
// the multiples of the square roots of primes, which fill the unit cube evenly.
func failingCalls(p policy.Policy, takes time.Duration) []failing {
	attempts := min(max(p.Retry.Attempts, 1), mostTimes)
	calls := make([]failing, paths)
	for i := range calls {
		var at, delay time.Duration
		for n := 1; n <= attempts; n++ {
			if n > 1 {
				if s := p.Retry.Strategy; s != nil {
					delay = s.Delay(n-1, delay, drawn(i, n-2))
					at += delay
				}
				if p.Timeout.Total > 0 && at >= p.Timeout.Total {
					break // the call does not wait for what cannot start
				}
			}
			at += takes
			if p.Timeout.Total > 0 {
				at = min(at, p.Timeout.Total)
			}
			calls[i] = append(calls[i], at.Seconds())
			if p.Timeout.Total > 0 && at >= p.Timeout.Total {
				break
			}
		}
	}
	return calls
}

// drawn returns the draw of a call in one dimension, in [0,1).
func drawn(call, dimension int) float64 {
	_, u := math.Modf((float64(call) + 0.5) * math.Sqrt(float64(primes[dimension%len(primes)])))
	return u
}

// primes are enough for the failures that are followed.
var primes = firstPrimes(mostTimes)

func firstPrimes(n int) []int {
	var list []int
next:
	for candidate := 2; len(list) < n; candidate++ {
		for _, p := range list {
			if candidate%p == 0 {
				continue next
			}
		}
		list = append(list, candidate)
	}
	return list
}

// since returns the mean of max(0, t-f), where f is the time of failure number k, over all
// calls. It is the integral of the share of calls that have failed k times.
func since(calls []failing, k int, t float64) float64 {
	var sum float64
	for _, c := range calls {
		if k <= len(c) && c[k-1] < t {
			sum += t - c[k-1]
		}
	}
	return sum / float64(len(calls))
}

// failuresBy returns how many failures a process has seen on average, at a time after the
// dependency began to fail.
func failuresBy(calls []failing, rate, t float64) float64 {
	var sum float64
	for _, c := range calls {
		for _, f := range c {
			if f >= t {
				break
			}
			sum += t - f
		}
	}
	return rate * sum / float64(len(calls))
}

// earliest returns the time of the earliest failure of all calls.
func earliest(calls []failing) float64 {
	first := math.Inf(1)
	for _, c := range calls {
		if len(c) > 0 {
			first = min(first, c[0])
		}
	}
	return first
}

// retriesOf returns the times at which the calls take a token for a retry: at each failure
// but the last.
func retriesOf(calls []failing) []failing {
	retries := make([]failing, len(calls))
	for i, c := range calls {
		retries[i] = c[:len(c)-1]
	}
	return retries
}
