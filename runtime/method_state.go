package retry

import (
	"fmt"
	"sync/atomic"

	"github.com/retrygen/retrygen/policy"
)

// A methodState is what the methods of one name and one declaration share that
// are made with one group. The group's lock guards all of it but plan, counts and
// storm, which have locks of their own or need none.
type methodState struct {
	name     string
	declared policy.Policy // as the source says, with what the wrapper shares
	spec     MethodSpec    // what the method can do
	group    *Group
	own      guards // those that are not the shared ones
	opts     *Options
	made     *plan // as if nothing were switched off

	plan   atomic.Pointer[plan] // in force
	told   atomic.Pointer[plan] // the same for wrappers whose hooks are told of each call or attempt
	counts counts
	storm  storm
}

// put puts a policy into force that check has nothing against.
func (s *methodState) put(p policy.Policy) {
	made := newPlan(p, s.spec.IdempotencyKey)
	if guarding := s.guarding(p.Breaker); guarding != nil && s.spec.Keyed {
		made.keyed, made.first = guarding.theKeyed(), generalFirst
	} else if guarding != nil {
		made.breaker = guarding.theBreaker()
	}
	if made.attempts > 1 || made.hedge.After > 0 {
		made.budget = s.budgetFor(p.Budget)
	}
	if made.limit = s.limitFor(p.Limit); made.limit != nil {
		made.first = generalFirst
	}
	if s.spec.Lends {
		made.lends = made.timeout != (policy.Timeout{}) || made.hedge.After > 0 || s.spec.Polls
		made.first = generalFirst
	}
	s.made = made
	s.publish()
}

// check refuses what the generator would refuse.
func (s *methodState) check(p policy.Policy) error {
	can := policy.Method{Context: !s.spec.NoContext, Once: s.spec.Once, Hedge: s.declared.Hedge != (policy.Hedge{})}
	if err := p.CheckFor(can); err != nil {
		return fmt.Errorf("retry: %s: %w", s.name, err)
	}
	return nil
}

// guarding returns the guards with the breaker that a policy asks for: the shared
// ones where the method is under those and the policy says nothing else, or else its
// own, whose breaker stays the same as long as what is asked for does. Nil: there is
// no breaker.
func (s *methodState) guarding(p policy.Breaker) *guards {
	shared := s.group.shared()
	switch {
	case p == (policy.Breaker{}) || p.Off:
		return nil
	case s.spec.SharedBreaker && p == shared.declared.Breaker:
		return shared
	case p != s.own.declared.Breaker:
		s.own.declared.Breaker = p
		s.own.configure(p.Config(s.name), tellChange(s.opts), s.opts)
	}
	return &s.own
}

// budgetFor returns the budget that a policy asks for, as guarding does the breaker.
// Where none is said, it is the shared one.
func (s *methodState) budgetFor(p policy.Budget) *budget {
	shared := s.group.shared()
	switch {
	case p.Off:
		return nil
	case p == (policy.Budget{}):
		if shared.declared.Budget != (policy.Budget{}) {
			return shared.budget
		}
		p = policy.DefaultBudget() // its own: the source declares none, and another wrapper still may
	case s.spec.SharedBudget && p == shared.declared.Budget:
		return shared.budget
	}
	if p != s.own.declared.Budget {
		s.own.declared.Budget = p
		s.own.budget = newBudget(p)
	}
	return s.own.budget
}

// limitFor is budgetFor for the limit.
func (s *methodState) limitFor(p policy.Limit) *limiter {
	shared := s.group.shared()
	switch {
	case p == (policy.Limit{}) || p.Off:
		return nil
	case s.spec.SharedLimit && p == shared.declared.Limit:
		return shared.limit
	case p != s.own.declared.Limit:
		s.own.declared.Limit = p
		s.own.limit = newLimiter(s.name, p)
	}
	return s.own.limit
}

// planFor returns the plan in force for a wrapper with those hooks.
func (s *methodState) planFor(h Hooks) *atomic.Pointer[plan] {
	if h.CallDone != nil || h.AttemptDone != nil {
		return &s.told
	}
	return &s.plan
}

// publish lets the calls that come from now on go by what has been decided.
func (s *methodState) publish() {
	inForce := *s.made
	if s.group.counting {
		inForce.counts, inForce.first = &s.counts, generalFirst
	}
	if s.group.disabled {
		inForce.off, inForce.first = true, generalFirst
	}
	s.plan.Store(&inForce)
	told := inForce
	told.first = generalFirst
	s.told.Store(&told)
}
