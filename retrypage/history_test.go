package retrypage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

func TestRecord(t *testing.T) {
	r := new(record)
	at := time.Unix(1_000_000, 0)
	r.add(at, totals{calls: 100}, breaker.Closed)
	assert.Zero(t, r.within(time.Minute), "what was before is not of now")
	for range 10 {
		at = at.Add(time.Second)
		r.add(at, totals{calls: 100 + 10*(at.Unix()-1_000_000), retries: at.Unix() - 1_000_000}, breaker.Closed)
	}
	assert.Equal(t, totals{calls: 100, retries: 10}, r.within(time.Minute))
	calls, retries, refused := r.rates()
	assert.Equal(t, []float64{10, 1, 0}, []float64{calls, retries, refused})

	list := r.list()
	assert.Len(t, list, buckets)
	assert.Equal(t, []int64{0, 40, 50, 10}, []int64{list[buckets-4].calls, list[buckets-3].calls, list[buckets-2].calls, list[buckets-1].calls})
	assert.False(t, list[buckets-4].sampled)
}

// A sample that is late, or that others have overtaken, changes nothing.
func TestRecordIgnoresLateSamples(t *testing.T) {
	r := new(record)
	at := time.Unix(1_000_000, 0)
	r.add(at, totals{calls: 1}, breaker.Closed)
	r.add(at.Add(time.Second), totals{calls: 5}, breaker.Closed)
	r.add(at.Add(-time.Second), totals{calls: 0}, breaker.Open)
	r.add(at.Add(2*time.Second), totals{calls: 4}, breaker.Open)
	assert.Equal(t, totals{calls: 4}, r.within(time.Minute))
	assert.Equal(t, breaker.Closed, r.list()[buckets-1].worst)
}

// Calls during a pause are in no bucket: nobody knows in which.
func TestRecordAfterAPause(t *testing.T) {
	r := new(record)
	at := time.Unix(1_000_000, 0)
	r.add(at, totals{calls: 1}, breaker.Open)
	r.add(at.Add(time.Minute), totals{calls: 1000}, breaker.Closed)
	assert.Zero(t, r.within(time.Hour))
	calls, _, _ := r.rates()
	assert.Zero(t, calls)
	list := r.list()
	assert.Equal(t, breaker.Open, list[buckets-13].worst)
	assert.False(t, list[buckets-2].sampled)
	r.add(at.Add(time.Minute+time.Second), totals{calls: 1007}, breaker.Closed)
	assert.Equal(t, totals{calls: 7}, r.within(time.Hour))
	r.add(at.Add(24*time.Hour), totals{calls: 1007}, breaker.Closed)
	for _, b := range r.list()[:buckets-1] {
		assert.Equal(t, bucket{}, b)
	}
}

func TestWorse(t *testing.T) {
	states := []breaker.State{breaker.Closed, breaker.HalfOpen, breaker.Open}
	for i, a := range states {
		for j, b := range states {
			assert.Equal(t, states[max(i, j)], worse(a, b), "%v, %v", a, b)
		}
	}
}

func TestShapeOf(t *testing.T) {
	list := make([]history, buckets)
	all := func(h history) float64 { return float64(h.Calls) / 28 }
	assert.Empty(t, shapeOf(list, all))
	list[0].Calls, list[1].Calls, list[59].Calls = 28, 28, 14
	assert.Equal(t, "M0 28V0H8V28H236V14H240V28Z", shapeOf(list, all))
	list[59].Calls = 0
	list[30].Failed = 1
	assert.Equal(t, "M0 28H120V26H124V28H240V28Z", shapeOf(list, func(h history) float64 { return float64(h.Failed) / 1e6 }), "what is not zero can be seen")
}
