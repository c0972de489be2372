package breaker

import (
	"sync/atomic"
	"time"
)

// buckets is how many parts a window of time has. The last of them is going on, so
// the window reaches back for nine to ten tenths of its length.
const buckets = 10

// recentTime are the calls of the last stretch of time. A tick is a bucket.
type recentTime struct {
	width time.Duration // of a bucket
	last  atomic.Int64  // the number of a bucket that was current lately
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

// number is that of the bucket for a time. It mostly is the last one, and looking
// there takes less time than dividing.
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
	number := r.number(at)
	if number >= before {
		return number, false
	}
	own := r.goods.take()
	own.counts[number%buckets].add(number)
	r.goods.giveBack(own)
	return number, true
}

func (r *recentTime) bad(at time.Duration, failed, slow bool) {
	number := r.number(at)
	b := &r.bads[number%buckets]
	if b.number > number {
		return // its holder was asleep for as long as the window reaches back
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

// A bucket counts calls in one number: from the top, the lower half of the
// bucket's own number, and the count. So it is emptied and taken for a new one in
// the same moment as the first call of that is counted.
type bucket struct{ atomic.Uint64 }

const countMask = 1<<32 - 1

// add counts a call in the bucket of that number. One that comes when the place has
// been taken for a later bucket is too old to be counted.
func (b *bucket) add(number int64) {
	const late = 1 << 16 // a place that is further ahead has not been used since the number's half was last around
	for {
		old := b.Load()
		fresh := uint64(uint32(number))<<32 | 1
		switch ahead := uint32(old>>32) - uint32(number); {
		case ahead == 0 && old&countMask > 0:
			fresh = min(old+1, old|countMask)
		case ahead < late && old&countMask > 0:
			return
		}
		if b.CompareAndSwap(old, fresh) {
			return
		}
	}
}

// count is how many there are in the bucket, if it is still in a window that ends
// with the bucket of that number.
func (b *bucket) count(number int64) int64 {
	n := b.Load()
	if uint32(number)-uint32(n>>32) >= buckets {
		return 0
	}
	return int64(n & countMask)
}
