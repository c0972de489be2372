package backoff

import (
	"strconv"
	"time"
)

// RandomizedExponential waits like [Exponential], give or take Spread: the delay is
// uniform in [d-d·Spread, d+d·Spread) for d = Base·Factor^(retry-1). The zero value never
// waits.
//
// d is at most Max/(1+Spread), so that the longest delay is Max and every value of the
// range is equally likely.
type RandomizedExponential struct {
	Base   time.Duration // the middle of the first delay; zero or negative means no delay at all
	Factor float64       // growth from one delay to the next; zero means 2, below 1 and NaN mean 1
	Max    time.Duration // bound on every delay; zero or negative means no bound
	Spread float64       // share of the delay, 0 to 1, to either side; zero means no jitter
}

// Delay returns the point at u in the range of the retry. It ignores prev.
func (s RandomizedExponential) Delay(retry int, _ time.Duration, u float64) time.Duration {
	least, most := s.span(retry)
	return draw(least, most, u)
}

func (s RandomizedExponential) span(retry int) (least, most time.Duration) {
	middle := exponential(s.Base, s.Factor, retry, middleBound(s.Max, s.Spread))
	return around(middle, s.Spread, bound(s.Max))
}

// LinearJitter waits like [Linear], give or take Spread: the delay is uniform in
// [d-d·Spread, d+d·Spread) for d = Base·retry. The zero value never waits.
//
// d is at most Max/(1+Spread), so that the longest delay is Max and every value of the
// range is equally likely.
type LinearJitter struct {
	Base   time.Duration // the middle of the first delay, which each retry adds; zero or negative means no delay
	Max    time.Duration // bound on every delay; zero or negative means no bound
	Spread float64       // share of the delay, 0 to 1, to either side; zero means no jitter
}

// Delay returns the point at u in the range of the retry. It ignores prev.
func (s LinearJitter) Delay(retry int, _ time.Duration, u float64) time.Duration {
	least, most := s.span(retry)
	return draw(least, most, u)
}

func (s LinearJitter) span(retry int) (least, most time.Duration) {
	middle := linear(s.Base, retry, middleBound(s.Max, s.Spread))
	return around(middle, s.Spread, bound(s.Max))
}

// Jitter says how an [ExponentialJitter] draws a delay. The formulas are those of the
// AWS Architecture Blog, "Exponential Backoff And Jitter", with two differences:
// FullJitter has a Min, and DecorrelatedJitter applies the bound before the draw, as the
// others do. In the formulas, e is the exponential delay min(Max, Base·Factor^(retry-1)).
type Jitter uint8

const (
	// FullJitter draws from [Min, e): the widest range, and the default.
	FullJitter Jitter = iota

	// EqualJitter draws from [e/2, e): at least half of the delay.
	EqualJitter

	// DecorrelatedJitter draws from [Base, min(Max, 3·prev)), where prev is the previous
	// delay, or Base for the first retry. It grows with the delays that were drawn and
	// not with the number of the retry, so it ignores Factor.
	DecorrelatedJitter
)

// String returns "full", "equal" or "decorrelated", or a text like "Jitter(7)" for any
// other value.
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

// ExponentialJitter draws each delay from a range that grows exponentially. Its Jitter
// says which range. The zero value never waits.
type ExponentialJitter struct {
	Base   time.Duration // the first exponential delay; zero or negative means none, which leaves Min
	Factor float64       // growth of the range, unless decorrelated; zero means 2, below 1 and NaN mean 1
	Max    time.Duration // bound on every delay; zero or negative means no bound
	Min    time.Duration // the shortest delay, at most Max, for FullJitter only; zero or negative means none
	Jitter Jitter        // zero, and any value that is not one of the constants, means FullJitter
}

// Delay returns the point at u in the range of the retry. DecorrelatedJitter uses prev
// and ignores retry; a prev below Base counts as Base. The others ignore prev.
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
			return 0, 0 // without Base there is no delay, whatever prev is
		}
		return base, times(max(prev, base), 3, most)
	default:
		least = within(s.Min, most)
		return least, max(exponential(s.Base, s.Factor, retry, most), least)
	}
}

// middleBound returns most/(1+spread), the bound on the middle of a range whose end must
// not exceed most. It is computed as a difference, which is exact without spread and
// cannot overflow.
func middleBound(most time.Duration, spread float64) time.Duration {
	most = bound(most)
	spread = share(spread, 1)
	return most - time.Duration(float64(most)*(spread/(1+spread)))
}

// around returns the range from middle minus spread to middle plus spread, within
// [0, most].
func around(middle time.Duration, spread float64, most time.Duration) (from, to time.Duration) {
	// Beyond 104 days (2^53 ns) a float64 is only exact to a few nanoseconds, so the
	// product can be a little too large.
	reach := time.Duration(float64(middle) * share(spread, 1))
	return middle - min(reach, middle), middle + min(reach, most-middle)
}

// belowOne is the largest float64 below 1.
const belowOne = 1 - 0x1p-53

// draw returns the point at u in [least, most), or least if that is empty.
func draw(least, most time.Duration, u float64) time.Duration {
	// u is at most belowOne. So the product is below most-least even if the conversion to
	// float64 rounds that up, and it always fits into a Duration.
	return least + time.Duration(share(u, belowOne)*float64(most-least))
}
