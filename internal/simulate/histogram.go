package simulate

import (
	"math/bits"
	"time"
)

// A histogram counts durations. It is exact below 256 ns and to 0.8 % above.
type histogram struct {
	counts []uint64 // of each bucket; grown as needed
	total  uint64
	sum    float64
	max    time.Duration
}

const (
	subBits = 7 // each power of two has 2^subBits buckets
	subs    = 1 << subBits
)

// bucket returns the number of the bucket of a duration.
func bucket(d time.Duration) int {
	v := uint64(max(d, 0))
	if v < 2*subs {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return shift*subs + int(v>>shift)
}

// greatest returns the greatest duration of a bucket.
func greatest(bucket int) time.Duration {
	if bucket < 2*subs {
		return time.Duration(bucket)
	}
	shift := bucket/subs - 1
	return time.Duration((uint64(bucket%subs+subs)+1)<<shift - 1)
}

func (h *histogram) add(d time.Duration) {
	i := bucket(d)
	if i >= len(h.counts) {
		h.counts = append(h.counts, make([]uint64, i+1-len(h.counts))...)
	}
	h.counts[i]++
	h.total++
	h.sum += float64(d)
	h.max = max(h.max, d)
}

// quantile returns the least duration that at least the share q of the durations do not
// exceed, 0 if there are none.
func (h *histogram) quantile(q float64) time.Duration {
	rank := uint64(q * float64(h.total))
	if float64(rank) < q*float64(h.total) || rank == 0 {
		rank++
	}
	var seen uint64
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= rank {
			return min(greatest(i), h.max)
		}
	}
	return h.max
}

func (h *histogram) mean() time.Duration {
	if h.total == 0 {
		return 0
	}
	return time.Duration(h.sum / float64(h.total))
}
