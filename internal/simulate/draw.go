package simulate

import (
	"math"
	"math/rand/v2"
	"time"
)

// Random numbers have streams of their own for what differs between policies and what does
// not. So two policies meet the same arrivals.
const (
	streamCalls    = 1 + iota // the code of the wrappers: delays
	streamArrivals            // who calls when, and what
	streamServer              // how long the dependency takes, and what fails
	streamHints               // when processes talk, and how long they follow
)

// newRand returns the random numbers of a stream. It mixes the seeds, because a PCG whose
// states differ in a few bits draws similar numbers at first.
func newRand(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed+mix(stream)), mix(mix(seed)^stream)))
}

// mix is the finalizer of SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom
// Number Generators", OOPSLA 2014.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// The draws convert each product to float64 before they add to it. Otherwise some processors
// fuse the two, and round once instead of twice: the same seed would give other numbers there.

// exponential draws a time whose distribution is exponential.
func exponential(r *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(float64(mean) * r.ExpFloat64())
}

// normal draws a time whose distribution is normal. A negative one loses its sign.
func normal(r *rand.Rand, mean, deviation time.Duration) time.Duration {
	return time.Duration(math.Abs(float64(mean) + float64(float64(deviation)*r.NormFloat64())))
}

// logNormal draws a time whose logarithm is normal. A standard deviation above the median
// lies the median times factor.
func logNormal(r *rand.Rand, median time.Duration, factor float64) time.Duration {
	return time.Duration(float64(median) * exp(float64(math.Log(factor)*r.NormFloat64())))
}

// chance reports true with the probability p.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// exp is e^x. It differs from math.Exp, which is assembly on some processors and rounds
// differently there, only in the last digits: at most 1e-14 of the value.
func exp(x float64) float64 {
	const ln2 = 0.693147180559945309417
	n := math.Round(x / ln2)
	r := x - float64(n*ln2) // at most ln2/2 in size
	sum, term := 1.0, 1.0
	for i := 1; i <= 14; i++ { // the next term is below 1e-18
		term = term * r / float64(i)
		sum += term
	}
	return math.Ldexp(sum, int(n))
}
