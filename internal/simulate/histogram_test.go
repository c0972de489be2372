package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestHistogramQuantiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var h histogram
	var all []time.Duration
	assert.Zero(t, h.quantile(0.5), "there is nothing yet")
	assert.Zero(t, h.mean())
	for range 20000 {
		d := exponential(random, 20*time.Millisecond)
		h.add(d)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, q := range []float64{0.001, 0.5, 0.9, 0.99, 0.999, 1} {
		exact := all[int(math.Ceil(q*float64(len(all))))-1]
		assert.InEpsilon(t, float64(exact), float64(h.quantile(q)), 0.008, "the quantile %v", q)
	}
}

func TestBuckets(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 255, 256, 257, 1000, time.Microsecond, time.Second, time.Hour, math.MaxInt64} {
		i := bucket(d)
		assert.GreaterOrEqual(t, greatest(i), d)
		if i > 0 {
			assert.Less(t, greatest(i-1), d)
		}
	}
}

func TestDraws(t *testing.T) {
	for x := -40.0; x < 40; x += 0.37 {
		assert.InEpsilon(t, math.Exp(x), exp(x), 1e-14, "e^%v", x)
	}
	random := newRand(1, 1)
	const n = 200000
	var e, l sample
	var below int
	for range n {
		e = append(e, exponential(random, time.Second).Seconds())
		d := logNormal(random, time.Second, 3).Seconds()
		l = append(l, math.Log(d))
		if d <= 1 {
			below++
		}
	}
	mean, standardError := e.mean()
	assert.InDelta(t, 1, mean, 4*standardError)
	assert.InDelta(t, 1/math.Sqrt(n), standardError, 0.02/math.Sqrt(n), "the deviation of an exponential distribution is its mean")
	mean, standardError = l.mean()
	assert.InDelta(t, 0, mean, 4*standardError)
	assert.InDelta(t, math.Log(3)/math.Sqrt(n), standardError, 0.02/math.Sqrt(n))
	assert.InDelta(t, 0.5, float64(below)/n, 0.005, "the median")
	assert.Equal(t, newRand(7, 2).Uint64(), newRand(7, 2).Uint64())
	assert.NotEqual(t, newRand(7, 2).Uint64(), newRand(7, 3).Uint64())
}
