package breaker

import (
	"sync/atomic"
	"time"
)

// buckets is the number of parts of a window of time. The last one is not over yet, so the
// window reaches back for nine to ten tenths of its length.
const buckets = 10

// recentTime is a window of time. A tick is the number of a bucket.
type recentTime struct {
	width time.Duration // of a bucket
	last  atomic.Int64  // the number of the bucket that number returned last
	goods stripes
	bads  [buckets]struct {
		number int64
		tally
	}
}

func newRecentTime(length time.Duration, stripes int) *recentTime {
	r := &recentTime{width: max(length/buckets, 1)}
	r.goods.make(stripes)
	return r
}

// number returns the number of the bucket for a time. Mostly that is the last one, and
// looking there is faster than dividing.
func (r *recentTime) number(at time.Duration) int64 {
	last := r.last.Load()
	if into := at - time.Duration(last)*r.width; 0 <= into && into < r.width {
		return last
	}
	number := int64(at / r.width)
	r.last.Store(number)
	return number
}

func (r *recentTime) good(at time.Duration, before int64) (tick int64, ok bool) {
	tick = r.number(at)
	if ok = tick < before; ok {
		own := r.goods.take()
		own.counts[tick%buckets].add(tick)
		r.goods.giveBack(own)
	}
	return tick, ok
}

func (r *recentTime) bad(at time.Duration, failed, slow bool) {
	number := r.number(at)
	b := &r.bads[number%buckets]
	if b.number > number {
		return // too late: the attempt read the clock a whole window ago
	}
	if b.number < number {
		b.number, b.tally = number, tally{}
	}
	b.calls++
	if failed {
		b.failures++
	}
	if slow {
		b.slow++
	}
}

func (r *recentTime) sum(at time.Duration) (t tally, next int64) {
	number := r.number(at)
	for i := range r.bads {
		if b := &r.bads[i]; number-b.number < buckets {
			t.calls += b.calls
			t.failures += b.failures
			t.slow += b.slow
		}
	}
	for i := range r.goods.all {
		for j := range r.goods.all[i].counts {
			t.calls += r.goods.all[i].counts[j].count(number)
		}
	}
	return t, number + 1
}

// A bucket is one word: the lower half of the bucket's number on top, and below it the
// count of its attempts. So the first attempt of a new bucket empties the old one in the
// same step in which it counts.
type bucket struct{ atomic.Uint64 }

const countMask = 1<<32 - 1

// add counts an attempt in the bucket of that number. If a later bucket has the place by
// now, the attempt is too old to count.
func (b *bucket) add(number int64) {
	const late = 1 << 16 // a place that is further ahead holds a number from before the half wrapped around
	for {
		old := b.Load()
		fresh := uint64(uint32(number))<<32 | 1
		switch ahead := uint32(old>>32) - uint32(number); {
		case ahead == 0:
			fresh = min(old+1, old|countMask)
		case ahead < late && old&countMask > 0:
			return
		}
		if b.CompareAndSwap(old, fresh) {
			return
		}
	}
}

// count returns the count of the bucket, or zero if it is not in the window that ends with
// the bucket of that number.
func (b *bucket) count(number int64) int64 {
	n := b.Load()
	if uint32(number)-uint32(n>>32) >= buckets {
		return 0
	}
	return int64(n & countMask)
}
