package retrypage

import (
	"time"

	"github.com/retrygen/retrygen/breaker"
)

const (
	bucketTime = 5 * time.Second
	buckets    = 60 // five minutes
	recentTime = 10 * time.Second
)

// totals are the numbers of a group's calls since counting began.
type totals struct {
	calls, attempts, retries int64
	refused                  int64 // calls that a breaker, a limit or the budget ended
	failed                   int64 // calls that ended badly for the caller
}

func (t totals) minus(u totals) totals {
	return totals{t.calls - u.calls, t.attempts - u.attempts, t.retries - u.retries, t.refused - u.refused, t.failed - u.failed}
}

func (t totals) plus(u totals) totals {
	return totals{t.calls + u.calls, t.attempts + u.attempts, t.retries + u.retries, t.refused + u.refused, t.failed + u.failed}
}

// A bucket is what happened within bucketTime.
type bucket struct {
	totals
	worst   breaker.State // of the group's breakers: open, half-open or closed
	sampled bool          // false: nobody looked
}

// A reading is the totals at one moment.
type reading struct {
	at time.Time
	totals
}

// A record is what the page remembers about a group.
type record struct {
	number  int // of the group, in the order in which the page met them
	buckets [buckets]bucket
	newest  int64     // the number of the newest bucket: its time divided by bucketTime
	recent  []reading // of the last recentTime, and one before; oldest first
}

// add notes what the group had done at a time. It ignores a sample that is older than the one
// before: two requests may sample at once.
func (r *record) add(at time.Time, t totals, worst breaker.State) {
	var added totals
	if n := len(r.recent); n > 0 {
		last := r.recent[n-1]
		added = t.minus(last.totals)
		if !at.After(last.at) || added.calls < 0 {
			return
		}
		if at.Sub(last.at) >= 2*bucketTime { // after a pause, nobody can tell when the calls were
			added, r.recent = totals{}, r.recent[:0]
		}
	}
	number := at.UnixNano() / int64(bucketTime)
	for n := max(r.newest+1, number-buckets+1); n <= number; n++ { // no sample was taken since then
		r.buckets[n%buckets] = bucket{}
	}
	r.newest = max(r.newest, number)
	b := &r.buckets[number%buckets]
	b.totals = b.plus(added)
	b.worst = worse(b.worst, worst)
	b.sampled = true
	r.recent = append(r.recent, reading{at, t})
	for len(r.recent) > 2 && at.Sub(r.recent[1].at) >= recentTime {
		r.recent = r.recent[1:]
	}
}

// rates returns the calls, retries and refusals per second of the last ten seconds.
func (r *record) rates() (calls, retries, refused float64) {
	if len(r.recent) < 2 {
		return 0, 0, 0
	}
	first, last := r.recent[0], r.recent[len(r.recent)-1]
	seconds := last.at.Sub(first.at).Seconds()
	if seconds <= 0 {
		return 0, 0, 0
	}
	d := last.totals.minus(first.totals)
	return float64(d.calls) / seconds, float64(d.retries) / seconds, float64(d.refused) / seconds
}

// within returns what happened in the last buckets, the current one included.
func (r *record) within(last time.Duration) (sum totals) {
	for n := r.newest; n > r.newest-int64(last/bucketTime) && n > r.newest-buckets && n >= 0; n-- {
		sum = sum.plus(r.buckets[n%buckets].totals)
	}
	return sum
}

// list returns the buckets, oldest first.
func (r *record) list() []bucket {
	list := make([]bucket, 0, buckets)
	for n := r.newest - buckets + 1; n <= r.newest; n++ {
		list = append(list, r.buckets[(n%buckets+buckets)%buckets])
	}
	return list
}

// worse returns the state that lets fewer calls through.
func worse(a, b breaker.State) breaker.State {
	if a == breaker.Open || b == breaker.Closed {
		return a
	}
	return b
}
