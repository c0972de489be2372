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

// recoveredShare is the share of the calls that must succeed in a healthy second.
const recoveredShare = 0.9

// recovered returns the time from which calls succeed in every second until the end: the end
// of the outage if they do at once, a time before it if they never failed, and a negative
// time if the last seconds are bad.
//
// With few calls, a second is too short to judge by. So it looks at the last 50 calls, too.
func (l *timeline) recovered(from, to, end time.Duration) time.Duration {
	const least = 50
	first, last := l.bin(from), l.bin(end)
	for i := last; i >= first; i-- {
		var good, all float64
		for k := i; k >= first && all < least; k-- {
			good += l.good[k]
			all += l.all[k]
		}
		if all == 0 && i < l.bin(to) {
			continue
		}
		if all > 0 && good >= recoveredShare*all || all == 0 && i < last {
			continue
		}
		if i >= last-1 {
			return -1
		}
		return max(time.Duration(i+1)*time.Second, min(to, time.Duration(i+1)*time.Second))
	}
	return from
}
