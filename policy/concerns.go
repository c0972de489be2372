package policy

import (
	"cmp"
	"slices"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A concern is a row of the table of concerns: how one field of a Policy is read,
// laid over another, and written.
type concern struct {
	name grammar.Concern

	// said reports whether a Policy says the concern, and replace puts it from one
	// Policy in the place of that of another.
	said    func(p *Policy) bool
	replace func(p, from *Policy)

	// off returns the flag that switches the concern off. Nil: it has none.
	off func(p *Policy) *bool

	// put sets the concern from the values of a directive. get takes them out again,
	// with the name of the verb; "" when no verb can say it.
	put func(p *Policy, verb string, v grammar.Values)
	get func(p *Policy) (verb string, v grammar.Values)
}

// concerns is the table of concerns, in the order in which a Policy is written. What
// is not in it is no part of a Policy.
var concerns = []concern{
	{
		name:    grammar.ConcernStrategy,
		said:    func(p *Policy) bool { return p.Retry != (Retry{}) },
		replace: func(p, from *Policy) { p.Retry = from.Retry },
		put:     putRetry,
		get:     getRetry,
	},
	field(grammar.ConcernTimeout, timeoutOf, func(t *Timeout) *bool { return &t.Off }, putTimeout, getTimeout),
	field(grammar.ConcernBreaker, breakerOf, func(b *Breaker) *bool { return &b.Off }, putBreaker, getBreaker),
	field(grammar.ConcernBudget, budgetOf, func(b *Budget) *bool { return &b.Off }, putBudget, getBudget),
	field(grammar.ConcernHedge, hedgeOf, func(h *Hedge) *bool { return &h.Off }, putHedge, getHedge),
	field(grammar.ConcernLimit, limitOf, func(l *Limit) *bool { return &l.Off }, putLimit, getLimit),
}

func timeoutOf(p *Policy) *Timeout { return &p.Timeout }
func breakerOf(p *Policy) *Breaker { return &p.Breaker }
func budgetOf(p *Policy) *Budget   { return &p.Budget }
func hedgeOf(p *Policy) *Hedge     { return &p.Hedge }
func limitOf(p *Policy) *Limit     { return &p.Limit }

// field is the row of a concern that has one verb, which has its name, and that can
// be off.
func field[T comparable](name grammar.Concern, of func(*Policy) *T, off func(*T) *bool, put func(grammar.Values) T, get func(T) grammar.Values) concern {
	var zero T
	return concern{
		name:    name,
		said:    func(p *Policy) bool { return *of(p) != zero },
		replace: func(p, from *Policy) { *of(p) = *of(from) },
		off:     func(p *Policy) *bool { return off(of(p)) },
		put:     func(p *Policy, _ string, v grammar.Values) { *of(p) = put(v) },
		get:     func(p *Policy) (string, grammar.Values) { return string(name), get(*of(p)) },
	}
}

// isOff reports whether p switches the concern off.
func (c *concern) isOff(p *Policy) bool { return c.off != nil && *c.off(p) }

// clear leaves the concern of p unsaid.
func (c *concern) clear(p *Policy) { c.replace(p, &Policy{}) }

// apply puts what a directive says into p, as a whole and with its defaults.
func (p *Policy) apply(d grammar.Directive) {
	if d.Verb.Concern == grammar.ConcernNone {
		*p = none()
		return
	}
	c := &concerns[slices.IndexFunc(concerns, func(c concern) bool { return c.name == d.Verb.Concern })]
	if d.Off {
		c.clear(p)
		*c.off(p) = true
		return
	}
	c.put(p, d.Verb.Name, d.Values())
}

// none is what the verb none denotes: the call passes straight through.
func none() Policy {
	p := Policy{Retry: Retry{Attempts: 1}}
	for _, c := range concerns {
		if c.off != nil {
			*c.off(&p) = true
		}
	}
	return p
}

func putTimeout(v grammar.Values) Timeout {
	return Timeout{Attempt: v.Duration("attempt"), Total: v.Duration("total")}
}

func getTimeout(t Timeout) grammar.Values {
	v := grammar.Values{}
	if t.Attempt != 0 {
		v["attempt"] = t.Attempt
	}
	if t.Total != 0 {
		v["total"] = t.Total
	}
	return v
}

func putBudget(v grammar.Values) Budget {
	return Budget{Ratio: Ratio(v.Ratio("ratio")), Burst: v.Count("burst")}
}

func getBudget(b Budget) grammar.Values {
	return grammar.Values{"ratio": grammar.Ratio(b.Ratio), "burst": b.Burst}
}

func putHedge(v grammar.Values) Hedge { return Hedge{After: v.Duration("after"), Max: v.Count("max")} }

func getHedge(h Hedge) grammar.Values {
	v := grammar.Values{"max": cmp.Or(h.Max, 1)}
	if h.After != 0 {
		v["after"] = h.After
	}
	return v
}
