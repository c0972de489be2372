package figures

import (
	"time"

	"github.com/retrygen/retrygen/policy"
)

// A Hang says what happens while each attempt takes its whole time and fails.
type Hang struct {
	CallTakes time.Duration // a call, on average; the largest Duration if calls have no end
	InFlight  float64       // calls under way in a process without a breaker, on average; +Inf if calls have no end
	Guarded   float64       // the most with a breaker: when it opens; InFlight without one
}

// Hangs returns how many calls are under way in a process while each attempt takes as long
// as it may. Without a breaker that is their rate times the time of a call (J. D. C. Little,
// "A proof for the queuing formula L = λW", Operations Research 9, 1961).
func Hangs(p policy.Policy, t Traffic) Hang {
	var mean, sofar float64
	var opening Opening
	if p.Breaker != (policy.Breaker{}) {
		opening = Opens(p, t)
	}
	for _, c := range failingCalls(p, t.Takes) {
		_, end := c.whole(p)
		mean += end / paths
		sofar += min(end, opening.After.Seconds()) / paths
	}
	h := Hang{CallTakes: seconds(mean), InFlight: t.Rate * mean, Guarded: t.Rate * mean}
	if p.Breaker != (policy.Breaker{}) && !opening.Never {
		h.Guarded = t.Rate * sofar
	}
	return h
}
