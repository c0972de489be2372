package breaker

import "time"

// recentCalls are the last so many calls. Good ones are only counted; a bad one is
// kept with its number, as long as it is among the last. There is one tick.
type recentCalls struct {
	length int64
	goods  stripes
	seen   int64 // bad calls since the window was made
	bads   []badCall
}

type badCall struct {
	number       int64 // of the calls, good and bad, 1 first
	failed, slow bool
}

func newRecentCalls(length, stripes int) *recentCalls {
	r := &recentCalls{length: int64(length)}
	r.goods.make(stripes)
	return r
}

func (r *recentCalls) good(time.Duration) int64 {
	own := r.goods.take()
	own.counts[0].Add(1)
	r.goods.giveBack(own)
	return 0
}

func (r *recentCalls) bad(_ time.Duration, failed, slow bool) {
	r.seen++
	r.bads = append(r.bads, badCall{r.calls(), failed, slow})
}

func (r *recentCalls) sum(time.Duration) (t tally, next int64) {
	calls := r.calls()
	gone := 0
	for gone < len(r.bads) && r.bads[gone].number <= calls-r.length {
		gone++
	}
	r.bads = r.bads[gone:]
	for _, b := range r.bads {
		if b.failed {
			t.failures++
		}
		if b.slow {
			t.slow++
		}
	}
	t.calls = int(min(calls, r.length))
	return t, never
}

// calls is how many there have been since the window was made.
func (r *recentCalls) calls() int64 {
	n := r.seen
	for i := range r.goods.all {
		n += int64(r.goods.all[i].counts[0].Load())
	}
	return n
}
