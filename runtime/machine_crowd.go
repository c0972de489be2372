package retry

import (
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

func init() {
	virtual.NewCrowd = func(name string, p any, keyed bool) virtual.Crowd {
		return newCrowd(name, p.(policy.Policy), keyed, &Options{})
	}
}

// A crowd makes processes that call one method. Its policy is in force as it is: a zero
// concern is off.
type crowd struct {
	name   string
	policy policy.Policy
	keyed  bool
	opts   *Options
	plan   *plan // without guards
	facts  *methodFacts
	free   []*machine // calls that are over, to be used again
}

func newCrowd(name string, p policy.Policy, keyed bool, opts *Options) *crowd {
	c := &crowd{name: name, policy: p, keyed: keyed, opts: opts, plan: newPlan(p, false)}
	c.plan.first = generalFirst
	c.facts = &methodFacts{name: name, observer: newObserver(name, opts, new(storm))}
	return c
}

// A process is one of a crowd.
type process struct {
	crowd *crowd
	plan  plan
	began time.Duration // the last call, by World.Time
}

// NewCaller returns a process with guards of its own.
func (c *crowd) NewCaller() virtual.Caller { return c.newProcess(c.opts) }

func (c *crowd) newProcess(opts *Options) *process {
	p := &process{crowd: c, plan: *c.plan}
	from := origin{label{c.name, opts.Name}, breaker.On, opts, nil}
	if c.policy.Breaker != (policy.Breaker{}) {
		switch b := newBreakers(from, c.policy.Breaker); {
		case b == nil:
		case c.keyed:
			p.plan.keyed = b.theKeyed()
		default:
			p.plan.breaker = b.theOne()
		}
	}
	if p.plan.attempts > 1 || p.plan.hedge.After > 0 {
		p.plan.budget = newBudget(from.label, c.policy.Budget)
	}
	p.plan.limit = newLimiter(from.label, c.policy.Limit)
	return p
}

// method returns the method for a call with a key.
func (c *crowd) method(number uint64) *Method {
	m := &Method{methodFacts: c.facts}
	if c.keyed {
		m.key = key{number: number, numeric: true}
	}
	return m
}

// get returns a machine that no call uses.
func (c *crowd) get() *machine {
	n := len(c.free)
	if n == 0 {
		return new(machine)
	}
	m := c.free[n-1]
	c.free = c.free[:n-1]
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
