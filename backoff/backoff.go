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
// The fields mean the same in every strategy. Every value is valid:
//
//   - A duration that is zero or negative means no delay.
//   - Max bounds every delay, including a jittered one. Zero or negative means no bound
//     but the largest [time.Duration].
//   - Factor multiplies the delay from one retry to the next. Zero means 2. Below 1 and
//     NaN mean 1, a steady delay. With +Inf the second retry waits for Max.
//   - Spread is the share by which a delay may be shorter or longer, from 0 for none to 1
//     for anything between zero and twice the delay. Below 0 and NaN mean 0, above 1
//     means 1.
//
// A result that does not fit into a [time.Duration] becomes the bound. Delays without
// jitter are rounded to whole nanoseconds, and draws are rounded down.
//
// # Jitter and the bound
//
// The strategies apply the bound to the range of a jittered delay before they draw from
// it. If they cut off the result instead, many clients would wait for exactly Max as soon
// as their delays have grown to it, which is what jitter is meant to prevent.
package backoff

import (
	"math"
	"time"
)

// Strategy computes the delay before a retry.
//
// retry is the number of the retry. It is 1 for the retry after the first failed
// attempt; below 1 means 1. prev is the delay that this strategy returned for the
// previous retry of the same call, and 0 for the first. u is a uniform random number in
// [0,1). The strategies of this package use the nearest number in that range for one
// outside, and 0 for NaN.
//
// Delay returns a duration of zero or more. It must be safe for concurrent use, and
// return the same delay for the same arguments.
type Strategy interface {
	Delay(retry int, prev time.Duration, u float64) time.Duration
}

// Jittered reports whether the delays of s depend on u, so that callers draw a random
// number only if it matters. It is false for a jittered strategy whose range is empty,
// such as one without Base or with a Spread of 0. It is true for every type that is not
// a strategy of this package, and for pointers to those.
func Jittered(s Strategy) bool {
	// A range never narrows from one retry to the next, so the last one decides.
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

// Cap returns the bound of the delays of s: its Max, or the largest [time.Duration] if
// Max is zero or negative. For a type that is not a strategy of this package, and for a
// pointer to one, it is the largest [time.Duration].
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

// bound returns the duration that a Max stands for.
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

// share brings x into [0, most]. NaN becomes 0.
func share(x, most float64) float64 {
	if math.IsNaN(x) {
		return 0 // min and max would return NaN
	}
	return min(max(x, 0), most)
}
