package breaker

import "time"

// recentCalls is a window of the last length attempts. It counts the good ones, and keeps
// each bad one, with its number, until it leaves the window. It has only one tick.
type recentCalls struct {
	length int64
	goods  stripes
	seen   int64 // bad attempts since the window was made
	bads   []badCall

	failures, slow int64 // among bads
}

type badCall struct {
	number       int64 // among all attempts, good and bad; the first is 1
	failed, slow bool
}

func newRecentCalls(length, stripes int) *recentCalls {
	r := &recentCalls{length: int64(length)}
	r.goods.make(stripes)
	return r
}

func (r *recentCalls) good(_ time.Duration, before int64) (tick int64, ok bool) {
	if ok = before != unsettled; ok {
		own := r.goods.take()
		own.counts[0].Add(1)
		r.goods.giveBack(own)
	}
	return tick, ok
}

func (r *recentCalls) bad(_ time.Duration, failed, slow bool) {
	r.seen++
	r.bads = append(r.bads, badCall{r.calls(), failed, slow})
	r.count(failed, slow, 1)
}

// count adds n to the counts of an element of bads.
func (r *recentCalls) count(failed, slow bool, n int64) {
	if failed {
		r.failures += n
	}
	if slow {
		r.slow += n
	}
}

func (r *recentCalls) sum(time.Duration) (t tally, next int64) {
	calls := r.calls()
	for len(r.bads) > 0 && r.bads[0].number <= calls-r.length {
		r.count(r.bads[0].failed, r.bads[0].slow, -1)
		r.bads = r.bads[1:]
	}
	return tally{calls: min(calls, r.length), failures: r.failures, slow: r.slow}, never
}

// calls returns the number of attempts since the window was made.
func (r *recentCalls) calls() int64 {
	n := r.seen
	for i := range r.goods.all {
		n += int64(r.goods.all[i].counts[0].Load())
	}
	return n
}
