package retry

import (
	"cmp"
	"fmt"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// guards are a breaker, a budget and a limit. A Group has those that its methods share, and
// each method has its own.
type guards struct {
	group   *Group // whose methods share them; nil for those of a method
	breaker guard[policy.Breaker, *breakers]
	budget  guard[policy.Budget, *budget]
	limit   guard[policy.Limit, *limiter]
}

// A guard is one of them. P is its concern in a policy, and S is the state made from that.
type guard[P comparable, S any] struct {
	declared P      // the concern that state was made from; zero before
	by       string // the interface or method that declared it
	state    S      // zero when the concern is off
}

// A label is what errors, events and snapshots call a guard.
type label struct{ name, instance string }

// An origin is what a guard is made from besides its concern.
type origin struct {
	label
	mode  breaker.Mode
	opts  *Options
	group *Group // nil for a simulated process, which has none
}

// instance returns the name of the instance that the method belongs to; "" for none.
func (s *methodState) instance() string { return cmp.Or(s.opts.Name, s.group.Name) }

// A kind says how breakers, budgets and limits differ.
type kind[P comparable, S any] struct {
	in     func(*guards) *guard[P, S]
	of     func(*policy.Policy) (concern *P, off bool)
	shares func(*MethodSpec) bool // the method uses the shared one
	create func(from origin, concern P) S
}

var (
	breakerKind = kind[policy.Breaker, *breakers]{
		in:     func(g *guards) *guard[policy.Breaker, *breakers] { return &g.breaker },
		of:     func(p *policy.Policy) (*policy.Breaker, bool) { return &p.Breaker, p.Breaker.Off },
		shares: func(s *MethodSpec) bool { return s.SharedBreaker },
		create: newBreakers,
	}
	budgetKind = kind[policy.Budget, *budget]{
		in:     func(g *guards) *guard[policy.Budget, *budget] { return &g.budget },
		of:     func(p *policy.Policy) (*policy.Budget, bool) { return &p.Budget, p.Budget.Off },
		shares: func(s *MethodSpec) bool { return s.SharedBudget },
		create: func(from origin, p policy.Budget) *budget { return newBudget(from.label, p) },
	}
	limitKind = kind[policy.Limit, *limiter]{
		in:     func(g *guards) *guard[policy.Limit, *limiter] { return &g.limit },
		of:     func(p *policy.Policy) (*policy.Limit, bool) { return &p.Limit, p.Limit.Off },
		shares: func(s *MethodSpec) bool { return s.SharedLimit },
		create: func(from origin, p policy.Limit) *limiter { return newLimiter(from.label, p) },
	}
)

// kinds are all three, for a Group that treats them alike.
var kinds = []interface {
	agree(shared *guards, owner string, p *policy.Policy) error
	declare(shared *guards, owner string, p *policy.Policy, opts *Options)
	inherit(shared *guards, p *policy.Policy, spec *MethodSpec)
}{breakerKind, budgetKind, limitKind}

// agree returns an error if owner declares a guard and another owner has declared a
// different one.
func (k kind[P, S]) agree(shared *guards, owner string, p *policy.Policy) error {
	var zero P
	at := k.in(shared)
	concern, _ := k.of(p)
	if *concern == at.declared || *concern == zero || at.declared == zero {
		return nil
	}
	only := func(concern P) (p policy.Policy) {
		field, _ := k.of(&p)
		*field = concern
		return p
	}
	group := "one Group"
	if name := shared.group.Name; name != "" {
		group = fmt.Sprintf("Group %q", name)
	}
	return fmt.Errorf("retry: %s cannot hold both %q of %s and %q of %s: declare the same for both, best by one preset",
		group, only(at.declared), at.by, only(*concern), owner)
}

// declare makes the guard that owner declares, unless there is one.
func (k kind[P, S]) declare(shared *guards, owner string, p *policy.Policy, opts *Options) {
	var zero P
	at := k.in(shared)
	if concern, _ := k.of(p); *concern != zero && at.declared == zero {
		g := shared.group
		from := origin{label{cmp.Or(g.Name, owner), cmp.Or(opts.Name, g.Name)}, g.modeInForce(), opts, g}
		*at = guard[P, S]{*concern, owner, k.create(from, *concern)}
	}
}

// inherit puts the shared concern into the policy of a method that uses it and declares none
// of its own.
func (k kind[P, S]) inherit(shared *guards, p *policy.Policy, spec *MethodSpec) {
	var zero P
	if concern, _ := k.of(p); *concern == zero && k.shares(spec) {
		*concern = k.in(shared).declared
	}
}

// pick returns the guard that a policy asks for. It is the shared one if the method uses it
// and the policy asks for the same, or one that another such method has already got.
// Otherwise it is the method's own. That one keeps its state until a policy asks for a
// different one, even while a policy asks for none.
func (k kind[P, S]) pick(s *methodState, p *policy.Policy) (none S) {
	var zero P
	concern, off := k.of(p)
	shared, own := k.in(s.group.shared()), k.in(&s.own)
	switch {
	case off || *concern == zero:
		return none
	case k.shares(&s.spec) && *concern == shared.declared:
		return shared.state
	case *concern == own.declared:
	case k.shares(&s.spec) && k.adopt(s, *concern):
	default:
		from := origin{label{s.name, s.instance()}, s.group.modeInForce(), s.opts, s.group}
		*own = guard[P, S]{*concern, s.name, k.create(from, *concern)}
	}
	return own.state
}

// adopt gives a method the guard that another method, which uses the shared one too, has got
// instead of it. It reports whether there is one.
func (k kind[P, S]) adopt(s *methodState, concern P) bool {
	for _, states := range s.group.methods {
		for _, other := range states {
			if at := k.in(&other.own); k.shares(&other.spec) && at.declared == concern {
				*k.in(&s.own) = *at
				return true
			}
		}
	}
	return false
}

// common returns the guard that the methods which use the shared one have in force: another
// one if all of them have that, or else the declared one. The caller holds the lock.
func (k kind[P, S]) common(g *Group) S {
	var zero P
	shared := k.in(g.shared())
	common := shared
	for _, states := range g.methods {
		for _, s := range states {
			concern, off := k.of(s.made.policy)
			if off || *concern == zero || !k.shares(&s.spec) {
				continue
			}
			if *concern == shared.declared || common != shared && *concern != common.declared {
				return shared.state
			}
			common = k.in(&s.own)
		}
	}
	return common.state
}

// breakers are what a policy's breaker becomes: one for all calls, and one for each key of
// the methods whose calls have a key. Each is made when the first method needs it.
type breakers struct {
	config   breaker.Config
	mode     breaker.Mode // of those that are made later
	keys     int          // how many may have a breaker of their own
	showKeys bool
	one      *breaker.Breaker
	keyed    *breaker.Keyed[key]

	group    *Group
	teller   *teller
	forced   forced               // by Group.Steer
	standIns map[string]*breakers // by the name under which Group.Steer forces them
}

// newBreakers returns nil if the policy switches the breaker off.
func newBreakers(from origin, p policy.Breaker) *breakers {
	if p.Off {
		return nil
	}
	b := &breakers{config: p.Config(from.name), mode: from.mode, keys: from.opts.BreakerKeys, showKeys: from.opts.ShowKeys,
		group: from.group, teller: newTeller(from.opts)}
	b.config.Instance, b.config.OnChange = from.instance, b.teller.onChange()
	return b
}

func (b *breakers) theOne() *breaker.Breaker {
	if b.one == nil {
		b.one = breaker.New(b.config)
		b.one.SetMode(b.mode)
		if b.forced.on {
			b.steer(b.one)
		}
	}
	return b.one
}

func (b *breakers) theKeyed() *breaker.Keyed[key] {
	if b.keyed == nil {
		b.keyed = breaker.NewKeyed[key](b.config, b.keys)
		b.keyed.Rest().SetMode(b.mode)
		if b.showKeys {
			b.keyed.ShowKeys(key.String)
		}
		if b.forced.on {
			b.steer(b.keyed.Rest())
		}
	}
	return b.keyed
}

// of returns the breaker of methods without keys, or those of keys.
func (b *breakers) of(keys bool) (one *breaker.Breaker, keyed *breaker.Keyed[key]) {
	switch {
	case b == nil:
		return nil, nil
	case keys:
		return nil, b.theKeyed()
	}
	return b.theOne(), nil
}

// handle returns the breaker that controls all of them, or nil if there is none.
func (b *breakers) handle() *breaker.Breaker {
	switch {
	case b == nil:
		return nil
	case b.one != nil:
		return b.one
	}
	return b.keyed.Rest()
}
