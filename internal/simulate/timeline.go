package simulate

import "time"

// A timeline counts what happens in each step of time.
type timeline struct {
	width    time.Duration // of a step
	arrived  []float64     // requests that reach the dependency
	good     []float64     // calls that succeed
	all      []float64     // calls that end
	attempts int           // of the calls that have ended
}

func newTimeline(end, width time.Duration) *timeline {
	n := int((end + width - 1) / width)
	return &timeline{width: width, arrived: make([]float64, n), good: make([]float64, n), all: make([]float64, n)}
}

func (l *timeline) bin(at time.Duration) int { return min(int(at/l.width), len(l.all)-1) }

// ended notes the end of a call.
func (l *timeline) ended(at time.Duration, good bool, attempts int) {
	i := l.bin(at)
	l.all[i]++
	l.attempts += attempts
	if good {
		l.good[i]++
	}
}

func (l *timeline) failed() []float64 {
	failed := make([]float64, len(l.all))
	for i := range failed {
		failed[i] = l.all[i] - l.good[i]
	}
	return failed
}

func (l *timeline) totals() (good, all, attempts int) {
	for i := range l.all {
		good += int(l.good[i])
		all += int(l.all[i])
	}
	return good, all, l.attempts
}

func (l *timeline) peak() float64 {
	var most float64
	for _, n := range l.arrived {
		most = max(most, n)
	}
	return most
}

// load returns how many requests arrive in a second, in a part of the time.
func (l *timeline) load(from, to time.Duration) float64 {
	a, b := l.bin(from), l.bin(to)
	var n float64
	for i := a; i < b; i++ {
		n += l.arrived[i]
	}
	if a == b {
		return 0
	}
	return n / float64(b-a)
}

// share returns the share of calls that succeed, in a part of the time, and 1 without calls.
func (l *timeline) share(from, to time.Duration) float64 {
	var good, all float64
	for i := l.bin(from); i < l.bin(to); i++ {
		good += l.good[i]
		all += l.all[i]
	}
	if all == 0 {
		return 1
	}
	return good / all
}

// A second is healthy if this share of its calls succeed.
const healthyShare = 0.9

// steady is how many healthy seconds in a row are a recovery.
const steady = 10

// recovered returns the time from which steady seconds in a row are healthy: a time before
// the end of the outage, if that is how little it did, and a negative time if there are none,
// or if the last second is not healthy again.
func (l *timeline) recovered(from, to, end time.Duration) time.Duration {
	first, last := l.bin(from), l.bin(end)-1
	if !l.healthy(last) {
		return -1
	}
	row := 0
	for i := first; i <= last; i++ {
		if row++; !l.healthy(i) {
			row = 0
		}
		begin := time.Duration(i+1-row) * l.width
		switch {
		case row == 0 || begin < to && i < l.bin(to):
		case row >= steady, i == last:
			return begin
		}
	}
	return -1
}

// healthy reports whether calls succeed in a second. With few calls, a second is too short
// to judge by, so it looks at those before it, too.
func (l *timeline) healthy(i int) bool {
	const least = 50
	var good, all float64
	for ; i >= 0 && all < least; i-- {
		good += l.good[i]
		all += l.all[i]
	}
	return good >= healthyShare*all
}
