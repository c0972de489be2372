package breaker

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBucket(t *testing.T) {
	for _, test := range []struct {
		name string
		adds []int64
		at   int64
		want int64
	}{
		{"empty", nil, 7, 0},
		{"twice", []int64{7, 7}, 7, 2},
		{"at the end of the window", []int64{7}, 16, 1},
		{"out of the window", []int64{7}, 17, 0},
		{"taken for a later one", []int64{7, 17, 17}, 17, 2},
		{"too late for its place", []int64{17, 7, 7}, 17, 1},
		{"too late for its place, as late as can be told", []int64{7 + 1<<16 - 1, 7}, 7 + 1<<16 - 1, 1},
		{"place that was last used further ahead", []int64{7 + 1<<16, 7}, 7, 1},
		{"number beyond its half", []int64{1<<40 + 3}, 1<<40 + 3, 1},
		{"across the end of the half", []int64{1<<32 - 4}, 1<<32 + 5, 1},
		{"place that was last used half an age ago", []int64{7, 1<<31 + 7}, 1<<31 + 7, 1},
		{"place that was last used an age ago, nearly", []int64{1<<20 + 7, 1<<32 + 7}, 1<<32 + 7, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bucket
			for _, n := range test.adds {
				b.add(n)
			}
			assert.Equal(t, test.want, b.count(test.at))
		})
	}
}

// A full count stays full and does not overflow into the number.
func TestBucketIsFull(t *testing.T) {
	var b bucket
	b.Store(5<<32 | countMask)
	b.add(5)
	assert.Equal(t, int64(countMask), b.count(5))
	assert.Zero(t, b.count(15))
}

// The stripes come in turn, even when the number of turns does not fit into an int of 32
// bits.
func TestStripesInTurn(t *testing.T) {
	var s stripes
	s.make(3)
	s.handed.Store(1<<31 - 3)
	for range 10 {
		before := s.handed.Load()
		assert.Same(t, &s.all[(before+1)%3], s.next())
	}
}

// A window may hold more attempts than an int of 32 bits can count.
func TestToInt(t *testing.T) {
	assert.Equal(t, 7, toInt(7))
	assert.Positive(t, toInt(1<<40))
}

// The first attempt of a new number empties the bucket in the step in which it counts: no
// attempt of that number is lost, and none of the old number counts as one of the new.
func TestBucketIsTakenAtOnce(t *testing.T) {
	const callers, rounds = 8, 1000
	var b bucket
	var arrived atomic.Int64
	meet := func(all int64) { // waits for all, so that they go on at the same moment
		arrived.Add(1)
		for spins := 1; arrived.Load() < all; spins++ {
			if spins%32 == 0 {
				runtime.Gosched()
			}
		}
	}
	wrong := make(map[int64]int64) // counts by number
	var wg sync.WaitGroup
	for caller := range int64(callers) {
		wg.Go(func() {
			for round := range int64(rounds) {
				now := 7 + buckets*(round+1)
				meet(callers * (2*round + 1))
				for range round * caller % 64 { // so that another one is first each time
					arrived.Load()
				}
				b.add(now)
				b.add(now - buckets) // too late
				meet(callers * (2*round + 2))
				if n := b.count(now); caller == 0 && n != callers {
					wrong[now] = n
				}
			}
		})
	}
	wg.Wait()
	assert.Empty(t, wrong)
}
