package policy

import (
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Limit bounds how many attempts of a method, or of a whole interface, run at once, and
// how many start in a time. An attempt over the limit waits for up to Wait, and is then
// refused.
type Limit struct {
	Concurrent int           // attempts that run at once; zero: no limit
	Rate       Rate          // attempts that start; zero: no limit
	Burst      int           // attempts that may start at once after a quiet time; zero: Rate.Events
	Wait       time.Duration // the longest wait for a turn; zero: refuse at once
	Off        bool          // "limit off": no limit; the other fields do not matter
}

// A Rate is a number of events per time, such as 100/s.
type Rate struct {
	Events int           // 1 to 1,000,000
	Per    time.Duration // a second, a minute or an hour
}

// Interval returns the time between two events that are evenly spaced; zero when Events
// is less than 1.
func (r Rate) Interval() time.Duration {
	if r.Events < 1 {
		return 0
	}
	return r.Per / time.Duration(r.Events)
}

// String returns the rate as text: 100/s, 30/m or 5/h.
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
