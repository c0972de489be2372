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
	fail := func(reason string) error { return fmt.Errorf("retry: %s: %s", s.name, reason) }
	timed := p.Timeout != (policy.Timeout{}) && !p.Timeout.Off
	hedged := p.Hedge != (policy.Hedge{}) && !p.Hedge.Off
	switch {
	case hedged && s.declared.Hedge == (policy.Hedge{}):
		return fail("a hedge needs other code: declare one in the source, and regenerate")
	case s.spec.Once != "" && p.Retry.Attempts > 1:
		return fail("the call cannot be repeated: " + s.spec.Once)
	case s.spec.NoContext && timed:
		return fail("a timeout needs a context, and the method has none")
	case s.spec.NoContext && p.Retry.Attempts == policy.Unlimited:
		return fail("unlimited attempts need a context to end them, and the method has none")
	}
	if err := p.Check(); err != nil {
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
