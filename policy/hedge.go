package policy

import (
	"cmp"
	"time"
)

// Hedge starts a copy of an attempt that has not answered yet, and takes the first
// success.
type Hedge struct {
	After time.Duration // how long an attempt may be without an answer before a copy is started; zero: no hedge
	Max   int           // copies beside the attempt, each After later than the one before; zero: 1
	Off   bool          // "hedge off": no copies, the other fields are not read
}

func putHedge(v values, p *Policy) { p.Hedge = Hedge{After: v.duration("after"), Max: v.count("max")} }

func getHedge(p Policy) (values, bool) {
	v := values{"max": cmp.Or(p.Hedge.Max, 1)}
	if p.Hedge.After != 0 {
		v["after"] = p.Hedge.After
	}
	return v, p.Hedge != (Hedge{})
}

func lackInHedge(d Directive) []*Error {
	if _, given := d.given["after"]; given {
		return nil
	}
	return []*Error{errorf(d.Name, "hedge needs after=").hint("%s", d.Verb.Example)}
}
