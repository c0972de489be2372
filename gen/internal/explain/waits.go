package explain

import (
	"math"
	"slices"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

// Waits are the delays of a call in which every attempt fails. They come from the strategy
// alone: no timeout ends the call, and no server asks for a longer wait. All are zero
// without retries.
type Waits struct {
	// Delays are the delays before the retries, at most the first 24.
	Delays []Delay

	// Total is the sum over all retries, even if Delays leaves some out. It is zero with
	// policy.Unlimited attempts.
	Total Delay
}

// A Delay is the range of random delays that a strategy can draw. Draws stay below
// Greatest. A range is rounded to microseconds, so that machines agree although they differ
// in the last bit of a float64.
type Delay struct {
	Least    time.Duration
	Mean     time.Duration // over many calls
	Greatest time.Duration
}

const (
	mostDelays = 24 // more do not help a reader

	// settled is the retry after which the distribution of a delay that depends on the
	// previous one no longer changes. Half of the calls with decorrelated jitter grow by
	// more than e^(ln 3 - 1), a tenth, each time, and so get from 1ns to the largest
	// Duration within 450 retries.
	settled = 1000
)

// waitsOf computes the waits of a strategy.
func waitsOf(p policy.Retry) Waits {
	var w Waits
	if p.Attempts <= 1 || p.Strategy == nil {
		return w
	}
	retries := p.Attempts - 1
	if p.Attempts == policy.Unlimited {
		retries = mostDelays
	}
	mean := meanOf(p.Strategy)
	var least, greatest time.Duration
	for n := 1; n <= retries; n++ {
		least = p.Strategy.Delay(n, least, 0)
		greatest = model.BoundOf(p.Strategy, n, greatest)
		d := Delay{least, mean(n), greatest}
		if least < greatest {
			d = Delay{least.Round(time.Microsecond), d.Mean.Round(time.Microsecond), greatest.Round(time.Microsecond)}
		}
		if n <= mostDelays {
			w.Delays = append(w.Delays, d)
		}
		w.Total.Least = plus(w.Total.Least, d.Least)
		w.Total.Mean = plus(w.Total.Mean, d.Mean)
		w.Total.Greatest = plus(w.Total.Greatest, d.Greatest)
	}
	if p.Attempts == policy.Unlimited {
		w.Total = Delay{}
	}
	return w
}

// meanOf returns a func that returns the mean delay before a retry. Call it for retry 1, 2,
// 3 and so on, in that order.
func meanOf(s backoff.Strategy) func(retry int) time.Duration {
	switch {
	case !backoff.Jittered(s):
		return func(retry int) time.Duration { return s.Delay(retry, 0, 0) }
	case s.Delay(2, 0, 0.5) == s.Delay(2, math.MaxInt64, 0.5):
		return func(retry int) time.Duration { return average(draws(nil, s, retry, 0, middle)) }
	default:
		return meanOfChain(s)
	}
}

// meanOfChain is meanOf for a strategy whose delay depends on the previous one, such as
// decorrelated jitter. It follows the distribution from delay to delay as a set of equally
// likely points. Each point leads to several points for the next delay, and then averaging
// neighbours brings their number down again. That keeps the mean, and needs no random
// numbers.
func meanOfChain(s backoff.Strategy) func(retry int) time.Duration {
	const points = 512
	before := make([]time.Duration, points)
	var last time.Duration
	var all, after []time.Duration
	return func(retry int) time.Duration {
		if retry > settled {
			return last
		}
		all, after = all[:0], after[:0]
		for i, prev := range before {
			all = draws(all, s, retry, prev, middle)
			// If all points drew at the middles, the next points would pile up at a few
			// values. Multiples of the golden ratio fill the interval evenly, and each
			// pair of neighbours averages to the middle.
			_, at := math.Modf(middle + float64(i/2)*math.Phi)
			if i%2 == 1 {
				at = 1 - at
			}
			after = draws(after, s, retry, prev, at)
		}
		last = average(all)
		slices.Sort(after)
		before = before[:0]
		for group := range slices.Chunk(after, len(after)/points) {
			before = append(before, average(group))
		}
		return last
	}
}

const middle = 0.5

// draws divides [0,1) into equal parts, and appends to list the delay at one point of each
// part.
func draws(list []time.Duration, s backoff.Strategy, retry int, prev time.Duration, at float64) []time.Duration {
	const parts = 8
	for i := range parts {
		list = append(list, s.Delay(retry, prev, (float64(i)+at)/parts))
	}
	return list
}

// average returns the mean of delays. A sum of them could overflow.
func average(list []time.Duration) time.Duration {
	var mean float64
	for _, d := range list {
		mean += float64(d) / float64(len(list))
	}
	if mean >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(mean)
}

// plus adds durations of zero or more, at most the largest Duration.
func plus(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// times multiplies a duration of zero or more, at most the largest Duration.
func times(d time.Duration, n int) time.Duration {
	if n > 0 && d > math.MaxInt64/time.Duration(n) {
		return math.MaxInt64
	}
	return d * time.Duration(n)
}
