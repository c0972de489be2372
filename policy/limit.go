package policy

import (
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Limit bounds how many attempts of a method, or of a whole interface, are made at
// the same time, and how many are begun in a time. An attempt that is one too many
// waits for Wait at most, and is refused then.
type Limit struct {
	Concurrent int           // attempts under way; zero: not bounded
	Rate       Rate          // attempts begun; zero: not bounded
	Burst      int           // attempts that may begin at once after a quiet time; zero: Rate.Events
	Wait       time.Duration // for a place; zero: none, what is one too many is refused at once
	Off        bool          // "limit off": no bound at all, the other fields are not read
}

// A Rate is a number of events in a time, as 100/s is.
type Rate struct {
	Events int           // 1 to 1,000,000
	Per    time.Duration // a second, a minute or an hour
}

// Interval is the time between two events that come evenly.
func (r Rate) Interval() time.Duration {
	if r.Events < 1 {
		return 0
	}
	return r.Per / time.Duration(r.Events)
}

// String returns the rate as it is written: 100/s, 30/m or 5/h.
func (r Rate) String() string { return grammar.Rate(r).String() }

func putLimit(v grammar.Values) Limit {
	return Limit{Concurrent: v.Count("concurrent"), Rate: Rate(v.Rate("rate")), Burst: v.Count("burst"), Wait: v.Duration("wait")}
}

func getLimit(l Limit) grammar.Values {
	v := grammar.Values{}
	if l.Concurrent != 0 {
		v["concurrent"] = l.Concurrent
	}
	if l.Rate != (Rate{}) {
		v["rate"] = grammar.Rate(l.Rate)
	}
	if l.Burst != 0 {
		v["burst"] = l.Burst
	}
	if l.Wait != 0 {
		v["wait"] = l.Wait
	}
	return v
}
