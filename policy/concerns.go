package policy

import (
	"slices"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A concern is a row of the table of concerns. It knows how to read, replace and write
// one field of a Policy.
type concern struct {
	name grammar.Concern

	// said reports whether a Policy says the concern. replace copies the concern of
	// one Policy to another.
	said    func(p *Policy) bool
	replace func(p, from *Policy)

	// off returns the flag that switches the concern off. It is nil when there is none.
	off func(p *Policy) *bool

	// put sets the concern from the values of a directive. get returns the values and
	// the name of the verb; the name is "" when no verb can say the concern.
	put func(p *Policy, verb string, v grammar.Values)
	get func(p *Policy) (verb string, v grammar.Values)

	// lacks says what a method lacks for the concern of p.
	lacks func(p *Policy, m Method) []string
}

// concerns is the table of concerns, in the order of Policy.String. A field of a Policy
// that has no row here does nothing.
var concerns = []concern{
	{
		name:    grammar.ConcernStrategy,
		said:    func(p *Policy) bool { return p.Retry != (Retry{}) },
		replace: func(p, from *Policy) { p.Retry = from.Retry },
		put:     putRetry,
		get:     getRetry,
		lacks:   func(p *Policy, m Method) []string { return p.Retry.lacks(m) },
	},
	part[Timeout]{
		name: grammar.ConcernTimeout,
		of:   func(p *Policy) (*Timeout, *bool) { return &p.Timeout, &p.Timeout.Off },
		put:  putTimeout, get: getTimeout, lacks: Timeout.lacks,
	}.row(),
	part[Breaker]{
		name: grammar.ConcernBreaker,
		of:   func(p *Policy) (*Breaker, *bool) { return &p.Breaker, &p.Breaker.Off },
		put:  putBreaker, get: getBreaker,
	}.row(),
	part[Budget]{
		name: grammar.ConcernBudget,
		of:   func(p *Policy) (*Budget, *bool) { return &p.Budget, &p.Budget.Off },
		put:  putBudget, get: getBudget,
	}.row(),
	part[Hedge]{
		name: grammar.ConcernHedge,
		of:   func(p *Policy) (*Hedge, *bool) { return &p.Hedge, &p.Hedge.Off },
		put:  putHedge, get: getHedge, lacks: Hedge.lacks,
	}.row(),
	part[Limit]{
		name: grammar.ConcernLimit,
		of:   func(p *Policy) (*Limit, *bool) { return &p.Limit, &p.Limit.Off },
		put:  putLimit, get: getLimit,
	}.row(),
}

// A part makes the row of a concern that has one verb, can be off, and has a struct as
// its field in a Policy.
type part[T comparable] struct {
	name  grammar.Concern // also the name of the verb
	of    func(p *Policy) (field *T, off *bool)
	put   func(v grammar.Values) T
	get   func(field T) grammar.Values
	lacks func(field T, m Method) []string // nil when a method needs nothing
}

func (t part[T]) row() concern {
	field := func(p *Policy) *T { field, _ := t.of(p); return field }
	var zero T
	return concern{
		name:    t.name,
		said:    func(p *Policy) bool { return *field(p) != zero },
		replace: func(p, from *Policy) { *field(p) = *field(from) },
		off:     func(p *Policy) *bool { _, off := t.of(p); return off },
		put:     func(p *Policy, _ string, v grammar.Values) { *field(p) = t.put(v) },
		get:     func(p *Policy) (string, grammar.Values) { return string(t.name), t.get(*field(p)) },
		lacks: func(p *Policy, m Method) []string {
			if t.lacks == nil {
				return nil
			}
			return t.lacks(*field(p), m)
		},
	}
}

// isOff reports whether p switches the concern off.
func (c *concern) isOff(p *Policy) bool { return c.off != nil && *c.off(p) }

// clear makes p say nothing about the concern.
func (c *concern) clear(p *Policy) { c.replace(p, &Policy{}) }

// apply sets the concern of a directive, as a whole and with its defaults. p must not say
// anything about it yet.
func (p *Policy) apply(d grammar.Directive) {
	if d.Verb.Concern == grammar.ConcernNone {
		*p = none()
		return
	}
	c := rowOf(d.Verb.Concern)
	if d.Off {
		*c.off(p) = true
		return
	}
	c.put(p, d.Verb.Name, d.Values())
}

// rowOf returns the row of a concern that has one.
func rowOf(name grammar.Concern) *concern {
	return &concerns[slices.IndexFunc(concerns, func(c concern) bool { return c.name == name })]
}

// isNone reports whether p is the policy of the verb none. What is off may have other
// fields.
func (p Policy) isNone() bool {
	for _, c := range concerns {
		if c.off != nil && !c.isOff(&p) {
			return false
		}
	}
	return p.Retry == Retry{Attempts: 1}
}

// none returns the policy of the verb none, under which calls pass straight through.
func none() Policy {
	p := Policy{Retry: Retry{Attempts: 1}}
	for _, c := range concerns {
		if c.off != nil {
			*c.off(&p) = true
		}
	}
	return p
}
