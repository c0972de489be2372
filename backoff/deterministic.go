package backoff

import (
	"math"
	"time"
)

// Simple waits for the same time before every retry. The zero value never waits.
type Simple struct {
	Interval time.Duration // the delay; zero or negative means none
	Max      time.Duration // bound on the delay; zero or negative means no bound
}

// Delay returns Interval, at most Max. It ignores its arguments.
func (s Simple) Delay(int, time.Duration, float64) time.Duration {
	return within(s.Interval, bound(s.Max))
}

// Schedule takes its delays from a list. After the end of the list it repeats the last
// one. The zero value never waits.
//
// Do not change Delays once the Schedule is in use. Because it holds a slice, comparing
// two Schedules with == as a [Strategy] panics.
type Schedule struct {
	Delays []time.Duration // before retry 1, 2, ...; a negative entry means zero, an empty list no delay
	Max    time.Duration   // bound on every delay; zero or negative means no bound
}

// Delay returns the entry for the retry, or the last entry after the end of the list, at
// most Max. It ignores prev and u.
func (s Schedule) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	if len(s.Delays) == 0 {
		return 0
	}
	entry := s.Delays[min(max(retry, 1), len(s.Delays))-1]
	return within(entry, bound(s.Max))
}

// Linear waits Base longer before each retry: Base·retry. The zero value never
// waits.
type Linear struct {
	Base time.Duration // the first delay, which each retry adds; zero or negative means no delay
	Max  time.Duration // bound on every delay; zero or negative means no bound
}

// Delay returns Base·retry, at most Max. It ignores prev and u.
func (s Linear) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	return linear(s.Base, retry, bound(s.Max))
}

// Incremental waits Step longer before each retry, starting from Base:
// Base + (retry-1)·Step. The zero value never waits.
type Incremental struct {
	Base time.Duration // the first delay; zero or negative means none
	Step time.Duration // each further retry adds it; zero or negative means nothing
	Max  time.Duration // bound on every delay; zero or negative means no bound
}

// Delay returns Base + (retry-1)·Step, at most Max. It ignores prev and u.
func (s Incremental) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	most := bound(s.Max)
	base := within(s.Base, most)
	if retry <= 1 {
		return base
	}
	return plus(base, times(within(s.Step, most), retry-1, most), most)
}

// Exponential waits Factor times as long before each retry:
// Base·Factor^(retry-1). The zero value never waits.
type Exponential struct {
	Base   time.Duration // the first delay; zero or negative means no delay at all
	Factor float64       // growth from one delay to the next; zero means 2, below 1 and NaN mean 1
	Max    time.Duration // bound on every delay; zero or negative means no bound
}

// Delay returns Base·Factor^(retry-1) to the nearest nanosecond, at most Max. It ignores
// prev and u.
func (s Exponential) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	return exponential(s.Base, s.Factor, retry, bound(s.Max))
}

// Fibonacci waits for the sum of the two previous delays: Base·F(retry) with
// F = 1, 1, 2, 3, 5, 8, ... The delays grow by a factor of about 1.6, but the second is
// as short as the first. The zero value never waits.
type Fibonacci struct {
	Base time.Duration // the first and the second delay; zero or negative means no delay
	Max  time.Duration // bound on every delay; zero or negative means no bound
}

// Delay returns Base·F(retry), at most Max. It ignores prev and u.
func (s Fibonacci) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	most := bound(s.Max)
	delay := within(s.Base, most)
	if delay == 0 {
		return 0
	}
	// Even one nanosecond grows to the largest Duration within 93 rounds, so a large retry
	// does not make the loop long.
	next := delay
	for i := 1; i < retry && delay < most; i++ {
		delay, next = next, plus(delay, next, most)
	}
	return delay
}

// linear returns base·retry, at most most.
func linear(base time.Duration, retry int, most time.Duration) time.Duration {
	return times(within(base, most), max(retry, 1), most)
}

// exponential returns base·factor^(retry-1), at most most.
func exponential(base time.Duration, factor float64, retry int, most time.Duration) time.Duration {
	base = within(base, most)
	if factor == 0 {
		factor = 2
	}
	// A delay that does not grow stays out of floating point. So it is exact to the last
	// nanosecond, and zero is never multiplied by infinity, which would give NaN. A factor
	// that is NaN is not more than 1.
	if base == 0 || !(factor > 1) || retry <= 1 {
		return base
	}
	delay := float64(base) * math.Pow(factor, float64(retry-1))
	if delay >= float64(most) {
		return most
	}
	return time.Duration(math.Round(delay))
}

// times returns d·n for d >= 0 and n >= 1, at most most.
func times(d time.Duration, n int, most time.Duration) time.Duration {
	if d > most/time.Duration(n) {
		return most
	}
	return d * time.Duration(n)
}

// plus returns a + b for a and b in [0, most], at most most.
func plus(a, b, most time.Duration) time.Duration {
	return a + min(b, most-a)
}
