package retry

import (
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

func init() {
	virtual.NewFleet = func(name string, p any, keyed bool) virtual.Fleet {
		return newFleet(name, p.(policy.Policy), keyed, &Options{})
	}
}

// A fleet makes processes that call one method. Its policy is in force as it is: a zero
// concern is off.
type fleet struct {
	name   string
	policy policy.Policy
	keyed  bool
	opts   *Options
	plan   *plan // without guards
	facts  *methodFacts
	free   []*machine // calls that are over, to be used again
}

func newFleet(name string, p policy.Policy, keyed bool, opts *Options) *fleet {
	f := &fleet{name: name, policy: p, keyed: keyed, opts: opts, plan: newPlan(p, false)}
	f.plan.first = generalFirst
	f.facts = &methodFacts{name: name, observer: newObserver(name, opts, new(storm))}
	return f
}

// A process is one of a fleet.
type process struct {
	fleet *fleet
	plan  plan
}

// NewCaller returns a process with guards of its own.
func (f *fleet) NewCaller() virtual.Caller {
	p := &process{fleet: f, plan: *f.plan}
	from := origin{label{f.name, f.opts.Name}, breaker.On, f.opts}
	if f.policy.Breaker != (policy.Breaker{}) {
		switch b := newBreakers(from, f.policy.Breaker); {
		case b == nil:
		case f.keyed:
			p.plan.keyed = b.theKeyed()
		default:
			p.plan.breaker = b.theOne()
		}
	}
	if p.plan.attempts > 1 || p.plan.hedge.After > 0 {
		p.plan.budget = newBudget(from.label, f.policy.Budget)
	}
	p.plan.limit = newLimiter(from.label, f.policy.Limit)
	return p
}

// method returns the method for a call with a key.
func (f *fleet) method(number uint64) *Method {
	m := &Method{methodFacts: f.facts}
	if f.keyed {
		m.key = key{number: number, numeric: true}
	}
	return m
}

// get returns a machine that no call uses.
func (f *fleet) get() *machine {
	n := len(f.free)
	if n == 0 {
		return new(machine)
	}
	m := f.free[n-1]
	f.free = f.free[:n-1]
	*m = machine{lost: m.lost[:0]}
	return m
}

// Guards returns the state of the guards.
func (p *process) Guards() (g virtual.Guards) {
	if s := snapshotOf(p.plan.breaker); s != nil {
		g.Breaker, g.Opened, g.Refused = s.State.String(), s.Opened, s.Refused
	}
	if p.plan.keyed != nil {
		s := p.plan.keyed.Snapshot()
		g.Breaker, g.Opened, g.Refused, g.Open = s.Rest.State.String(), s.Rest.Opened, s.Refused, s.Open
	}
	if s := p.plan.budget.snapshot(); s != nil {
		g.Tokens = s.Tokens
	}
	if s := p.plan.limit.snapshot(); s != nil {
		g.Active, g.Waiting = s.Active, s.Waiting
	}
	return g
}
