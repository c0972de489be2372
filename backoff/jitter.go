package backoff

import (
	"strconv"
	"time"
)

// RandomizedExponential waits as [Exponential] does, give or take Spread: the
// delay is uniform in [d-d·Spread, d+d·Spread) for d = Base·Factor^(retry-1). The
// zero value never waits.
//
// d is capped at Max/(1+Spread), so that the longest delay is Max and no value of
// the range is likelier than another.
type RandomizedExponential struct {
	Base   time.Duration // the middle of the first delay; zero or negative is no delay at all
	Factor float64       // growth from one delay to the next; zero is 2, below 1 and NaN are 1
	Max    time.Duration // bound on every delay; zero or negative is uncapped
	Spread float64       // share of the delay, 0 to 1, to either side; zero is no jitter
}

// Delay returns the point at u in the range of the retry. It does not depend on
// prev.
func (s RandomizedExponential) Delay(retry int, _ time.Duration, u float64) time.Duration {
	least, most := s.span(retry)
	return draw(least, most, u)
}

func (s RandomizedExponential) span(retry int) (least, most time.Duration) {
	middle := exponential(s.Base, s.Factor, retry, middleBound(s.Max, s.Spread))
	return around(middle, s.Spread, bound(s.Max))
}

// LinearJitter waits as [Linear] does, give or take Spread: the delay is uniform
// in [d-d·Spread, d+d·Spread) for d = Base·retry. The zero value never waits.
//
// d is capped at Max/(1+Spread), so that the longest delay is Max and no value of
// the range is likelier than another.
type LinearJitter struct {
	Base   time.Duration // the middle of the first delay, and what each retry adds; zero or negative is no delay
	Max    time.Duration // bound on every delay; zero or negative is uncapped
	Spread float64       // share of the delay, 0 to 1, to either side; zero is no jitter
}

// Delay returns the point at u in the range of the retry. It does not depend on
// prev.
func (s LinearJitter) Delay(retry int, _ time.Duration, u float64) time.Duration {
	least, most := s.span(retry)
	return draw(least, most, u)
}

func (s LinearJitter) span(retry int) (least, most time.Duration) {
	middle := linear(s.Base, retry, middleBound(s.Max, s.Spread))
	return around(middle, s.Spread, bound(s.Max))
}

// Jitter is how an [ExponentialJitter] draws a delay. The formulas are those of
// the AWS Architecture Blog, "Exponential Backoff And Jitter", but that FullJitter
// has a Min, and that DecorrelatedJitter applies the bound before the draw as the
// others do. In them, e is the exponential delay min(Max, Base·Factor^(retry-1)).
type Jitter uint8

const (
	// FullJitter draws from [Min, e): the widest range, and the default.
	FullJitter Jitter = iota

	// EqualJitter draws from [e/2, e): never less than half of the delay.
	EqualJitter

	// DecorrelatedJitter draws from [Base, min(Max, 3·prev)), where prev is the
	// delay before, and Base before the first retry. It grows by what was drawn
	// and not by the number of the retry, so Factor does not count.
	DecorrelatedJitter
)

// String returns "full", "equal" or "decorrelated", and for any other value one
// of the form "Jitter(7)".
func (j Jitter) String() string {
	switch j {
	case FullJitter:
		return "full"
	case EqualJitter:
		return "equal"
	case DecorrelatedJitter:
		return "decorrelated"
	default:
		return "Jitter(" + strconv.Itoa(int(j)) + ")"
	}
}

// ExponentialJitter draws each delay from a range that grows exponentially; its
// Jitter says which range. The zero value never waits.
type ExponentialJitter struct {
	Base   time.Duration // the first exponential delay; zero or negative is none, which leaves Min
	Factor float64       // growth of the range, except decorrelated; zero is 2, below 1 and NaN are 1
	Max    time.Duration // bound on every delay; zero or negative is uncapped
	Min    time.Duration // least delay, at most Max, for FullJitter only; zero or negative is none
	Jitter Jitter        // zero, and any value that is none of the constants, is FullJitter
}

// Delay returns the point at u in the range of the retry. It depends on prev for
// DecorrelatedJitter only, and then not on retry: a prev below Base counts as
// Base.
func (s ExponentialJitter) Delay(retry int, prev time.Duration, u float64) time.Duration {
	least, most := s.span(retry, prev)
	return draw(least, most, u)
}

func (s ExponentialJitter) span(retry int, prev time.Duration) (least, most time.Duration) {
	most = bound(s.Max)
	switch s.Jitter {
	case EqualJitter:
		delay := exponential(s.Base, s.Factor, retry, most)
		return delay / 2, delay
	case DecorrelatedJitter:
		base := within(s.Base, most)
		if base == 0 {
			return 0, 0 // whatever prev is: without Base there is no delay
		}
		return base, times(max(prev, base), 3, most)
	default:
		least = within(s.Min, most)
		return least, max(exponential(s.Base, s.Factor, retry, most), least)
	}
}

// middleBound returns most/(1+spread), the bound on the middle of a range that is
// to end at most. Being a difference it is exact for no spread, and cannot
// overflow.
func middleBound(most time.Duration, spread float64) time.Duration {
	most = bound(most)
	spread = share(spread, 1)
	return most - time.Duration(float64(most)*(spread/(1+spread)))
}

// around returns the range from middle less spread to middle plus spread, within
// [0, most].
func around(middle time.Duration, spread float64, most time.Duration) (from, to time.Duration) {
	// A float64 holds a duration beyond 104 days (2^53 ns) to a few nanoseconds
	// only, so the product can come out a little larger than there is room for.
	reach := time.Duration(float64(middle) * share(spread, 1))
	return middle - min(reach, middle), middle + min(reach, most-middle)
}

// belowOne is the largest float64 below 1.
const belowOne = 1 - 0x1p-53

// draw returns the point at u in [least, most), or least when that is empty.
func draw(least, most time.Duration, u float64) time.Duration {
	// As u is at most belowOne, the product is below most-least even where the
	// conversion to float64 rounds that up, and it always fits a Duration.
	return least + time.Duration(share(u, belowOne)*float64(most-least))
}
