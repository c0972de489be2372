// Package backoff computes how long to wait before each retry.
//
// Most callers should use [ExponentialJitter] with a Base and a Max, leave its
// other fields zero, and let [Loop] do the waiting:
//
//	strategy := backoff.ExponentialJitter{Base: 100 * time.Millisecond, Max: 2 * time.Second}
//	var err error
//	for range backoff.Loop(ctx, strategy, 4) {
//		if err = ping(ctx); err == nil {
//			break
//		}
//	}
//
// Full jitter keeps clients that failed together from coming back together. The
// strategies without jitter are for a single caller, or for a test that needs exact
// delays.
//
// A strategy is a plain value. It holds no state, starts no timer, reads no
// clock and draws no random number. Its caller, such as Loop, passes in what changes
// from one retry to the next, so one value serves any number of calls at once. All
// strategies are comparable with == except [Schedule], which holds a slice.
//
// # Fields
//
// The fields mean the same in every strategy, and no value of them is refused:
//
//   - A duration that is zero or negative is no delay.
//   - Max is a hard bound on every delay, including a jittered one. Zero or
//     negative is uncapped: the bound is then the largest [time.Duration].
//   - Factor multiplies the delay from one retry to the next. Zero is 2; below 1
//     and NaN are 1, a steady delay; +Inf goes to Max at the second retry.
//   - Spread is the share by which a delay may be shorter or longer, from 0 for
//     none to 1 for anything between zero and twice the delay. Below 0 and NaN
//     are 0, above 1 is 1.
//
// A result that would be larger than a [time.Duration] can hold is the bound. A
// fraction of a nanosecond is rounded in a delay that is not jittered, and
// dropped from a draw.
//
// # Jitter and the bound
//
// The bound is applied to the range of a jittered delay before the draw. Cutting
// off what was drawn would give many clients the same delay, Max, as soon as
// their delays have grown to it, which is the very thing that jitter is to
// prevent.
package backoff

import (
	"math"
	"time"
)

// Strategy computes the delay before a retry.
//
// retry is the number of the retry: 1 for the one that follows the first failed
// attempt. Below 1 is 1. prev is the delay that this strategy returned for the
// retry before, in the same call; 0 before the first. u is a uniform random
// number in [0,1); the strategies of this package take one outside as the nearest
// inside, and NaN as 0.
//
// Delay returns a duration of zero or more. It must be pure and safe for
// concurrent use: the same arguments give the same delay.
type Strategy interface {
	Delay(retry int, prev time.Duration, u float64) time.Duration
}

// Jittered reports whether the delays of s depend on u, so that a caller draws a
// random number only where it matters. It is false for a jittered strategy whose
// range is empty, such as one without Base or with a Spread of 0. For any type
// but the strategies of this package, pointers to them included, it is true.
func Jittered(s Strategy) bool {
	// A range only widens from one retry to the next, so the last tells of all.
	var least, most time.Duration
	switch s := s.(type) {
	case Simple, Schedule, Linear, Incremental, Exponential, Fibonacci:
		return false
	case RandomizedExponential:
		least, most = s.span(math.MaxInt)
	case LinearJitter:
		least, most = s.span(math.MaxInt)
	case ExponentialJitter:
		least, most = s.span(math.MaxInt, 0)
	default:
		return true
	}
	return least < most
}

// Cap returns the bound that no delay of s exceeds: its Max, or the largest
// [time.Duration] when Max is zero or negative. For any type but the strategies
// of this package, pointers to them included, it is the largest [time.Duration].
func Cap(s Strategy) time.Duration {
	switch s := s.(type) {
	case Simple:
		return bound(s.Max)
	case Schedule:
		return bound(s.Max)
	case Linear:
		return bound(s.Max)
	case Incremental:
		return bound(s.Max)
	case Exponential:
		return bound(s.Max)
	case Fibonacci:
		return bound(s.Max)
	case RandomizedExponential:
		return bound(s.Max)
	case LinearJitter:
		return bound(s.Max)
	case ExponentialJitter:
		return bound(s.Max)
	default:
		return math.MaxInt64
	}
}

// bound returns a Max as the duration that it stands for.
func bound(most time.Duration) time.Duration {
	if most <= 0 {
		return math.MaxInt64
	}
	return most
}

// within brings d into [0, most].
func within(d, most time.Duration) time.Duration {
	return min(max(d, 0), most)
}

// share brings x into [0, most]; NaN is 0.
func share(x, most float64) float64 {
	if math.IsNaN(x) {
		return 0 // min and max would hand it on
	}
	return min(max(x, 0), most)
}
