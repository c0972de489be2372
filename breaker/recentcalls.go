package breaker

import "time"

// recentCalls are the last so many calls. Good ones are only counted; a bad one is
// kept with its number, as long as it is among the last. There is one tick.
type recentCalls struct {
	length int64
	goods  stripes
	seen   int64 // bad calls since the window was made
	bads   []badCall

	failures, slow int64 // among bads
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

func (r *recentCalls) good(_ time.Duration, before int64) (tick int64, ok bool) {
	if before <= 0 {
		return 0, false
	}
	own := r.goods.take()
	own.counts[0].Add(1)
	r.goods.giveBack(own)
	return 0, true
}

func (r *recentCalls) bad(_ time.Duration, failed, slow bool) {
	r.seen++
	r.bads = append(r.bads, badCall{r.calls(), failed, slow})
	r.count(failed, slow, 1)
}

// count counts one of bads that comes or goes.
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

// calls is how many there have been since the window was made.
func (r *recentCalls) calls() int64 {
	n := r.seen
	for i := range r.goods.all {
		n += int64(r.goods.all[i].counts[0].Load())
	}
	return n
}
