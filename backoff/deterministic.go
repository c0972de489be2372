package backoff

import (
	"math"
	"time"
)

// Simple waits the same time before every retry. The zero value never waits.
type Simple struct {
	Interval time.Duration // the delay; zero or negative is none
	Max      time.Duration // bound on the delay; zero or negative is uncapped
}

// Delay returns Interval, at most Max. It depends on no argument.
func (s Simple) Delay(int, time.Duration, float64) time.Duration {
	return within(s.Interval, bound(s.Max))
}

// Schedule waits as a list says, and from the end of the list on as its last
// entry says. The zero value never waits.
//
// A Schedule is shared with its list: do not change Delays once it is in use. As
// it holds a slice, comparing two of them with == as a [Strategy] panics.
type Schedule struct {
	Delays []time.Duration // before retry 1, 2, ...; a negative entry is zero, an empty list is no delay
	Max    time.Duration   // bound on every delay; zero or negative is uncapped
}

// Delay returns the entry for the retry, or the last one beyond the list, at most
// Max. It does not depend on prev and u.
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
	Base time.Duration // the first delay, and what each retry adds; zero or negative is no delay
	Max  time.Duration // bound on every delay; zero or negative is uncapped
}

// Delay returns Base·retry, at most Max. It does not depend on prev and u.
func (s Linear) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	return linear(s.Base, retry, bound(s.Max))
}

// Incremental waits Step longer before each retry, starting from Base:
// Base + (retry-1)·Step. The zero value never waits.
type Incremental struct {
	Base time.Duration // the first delay; zero or negative is none
	Step time.Duration // what each further retry adds; zero or negative is nothing
	Max  time.Duration // bound on every delay; zero or negative is uncapped
}

// Delay returns Base + (retry-1)·Step, at most Max. It does not depend on prev
// and u.
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
	Base   time.Duration // the first delay; zero or negative is no delay at all
	Factor float64       // growth from one delay to the next; zero is 2, below 1 and NaN are 1
	Max    time.Duration // bound on every delay; zero or negative is uncapped
}

// Delay returns Base·Factor^(retry-1) to the nearest nanosecond, at most Max. It
// does not depend on prev and u.
func (s Exponential) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	return exponential(s.Base, s.Factor, retry, bound(s.Max))
}

// Fibonacci waits as long as the two delays before together: Base·F(retry) with
// F = 1, 1, 2, 3, 5, 8, ... It grows by a factor of about 1.6, with a second
// retry as soon as the first. The zero value never waits.
type Fibonacci struct {
	Base time.Duration // the first and the second delay; zero or negative is no delay
	Max  time.Duration // bound on every delay; zero or negative is uncapped
}

// Delay returns Base·F(retry), at most Max. It does not depend on prev and u.
func (s Fibonacci) Delay(retry int, _ time.Duration, _ float64) time.Duration {
	most := bound(s.Max)
	delay := within(s.Base, most)
	if delay == 0 {
		return 0
	}
	// Even one nanosecond grows to the largest Duration within 93 rounds, so the
	// loop ends long before a large retry.
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
	switch {
	case factor == 0:
		factor = 2
	case math.IsNaN(factor):
		factor = 1
	}
	// What does not grow stays out of floating point: it is exact to the last
	// nanosecond, and zero never meets infinity, which would make NaN.
	if base == 0 || factor <= 1 || retry <= 1 {
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
	if a > most-b {
		return most
	}
	return a + b
}
