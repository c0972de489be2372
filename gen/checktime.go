package gen

import (
	"go/token"
	"slices"
	"time"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// bound is how long an attempt can take at most, with the key of timeout that says
// so; zero where nothing bounds it.
func (m *method) bound() (key string, most time.Duration) {
	t := m.policy.Timeout
	if t.Attempt > 0 {
		return "attempt", t.Attempt // total is not shorter
	}
	return "total", t.Total
}

// checkCopies refuses a hedge whose copies can never start, because what they would
// stand beside has run into its timeout by then.
func (r *resolver) checkCopies(w *draft, m *method, own map[grammar.Concern]*directive) {
	key, most := m.bound()
	after := m.policy.Hedge.After
	if after == 0 || most == 0 || after < most {
		return
	}
	var at token.Pos
	switch hedge, timeout := own[grammar.ConcernHedge], own[grammar.ConcernTimeout]; {
	case hedge != nil:
		at = hedge.keyAt("after")
	case timeout != nil:
		at = timeout.keyAt(key)
	default:
		at = byConcern(w.decl.directives)[grammar.ConcernHedge].keyAt("after")
	}
	r.ReportFor(at, "give it a shorter after or a longer timeout, or say "+prefix+"hedge off",
		"a copy of ", m.fn.Name(), " can never start: after="+diag.Short(after)+" is not shorter than "+key+"="+diag.Short(most))
}

// checkSlow refuses a breaker for slow calls under which no call can be slow, because
// all end at their timeouts before. One that takes the whole of its timeout can be.
func (r *resolver) checkSlow(w *draft) {
	var breakers []*directive
	under := make(map[*directive][]*method)
	for _, m := range w.methods {
		d := m.breakerBy()
		if d == nil {
			continue
		}
		if !slices.Contains(breakers, d) {
			breakers = append(breakers, d)
		}
		under[d] = append(under[d], m)
	}
	for _, d := range breakers {
		methods := under[d]
		var p policy.Policy
		d.apply(&p)
		slow, longest := p.Breaker.Slow, longestBound(methods)
		if longest == 0 || slow <= longest {
			continue
		}
		for _, m := range methods {
			r.ReportFor(d.keyAt("slow"), "make slow shorter, or the timeout longer",
				"no call of ", m.fn.Name(), " can take slow="+diag.Short(slow)+": the longest timeout is "+diag.Short(longest))
		}
	}
}

// breakerBy is the directive of the breaker that a method is under, nil for none.
func (m *method) breakerBy() *directive {
	for _, d := range m.decisions {
		if d.by != nil && d.by.Verb.Concern == grammar.ConcernBreaker && d.skipped == "" && !d.by.Off {
			return d.by
		}
	}
	return nil
}

// longestBound is how long an attempt of one of several methods can take; zero where
// nothing bounds one of them.
func longestBound(methods []*method) time.Duration {
	var longest time.Duration
	for _, m := range methods {
		_, most := m.bound()
		if most == 0 {
			return 0
		}
		longest = max(longest, most)
	}
	return longest
}
