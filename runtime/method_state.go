package retry

import (
	"sync/atomic"

	"github.com/retrygen/retrygen/policy"
)

// A methodState is what the methods of one name and one declaration share that
// are made with one group. The group's lock guards all of it but plan, counts and
// storm, which have locks of their own or need none.
type methodState struct {
	name string
	settled
	spec  MethodSpec // what the method can do
	group *Group
	own   guards // those that are not the shared ones
	opts  *Options
	made  *plan // as if nothing were switched off

	picked *breakers // that the policy asks for; nil for none
	chaos  *chaos    // that disturbs the attempts; nil: nothing does

	plan   atomic.Pointer[plan] // in force
	told   atomic.Pointer[plan] // the same for wrappers whose hooks are told of each call or attempt
	counts counts
	storm  storm
}

// put makes the plan of what settle returned. Group.finish puts it into force.
func (s *methodState) put(n settled) {
	s.settled = n
	p := n.policy
	made := newPlan(p, s.spec.IdempotencyKey)
	s.picked = breakerKind.pick(s, &p)
	if made.breaker, made.keyed = s.picked.of(s.spec.Keyed); made.keyed != nil {
		made.first = generalFirst
	}
	if made.attempts > 1 || made.hedge.After > 0 {
		made.budget = s.budgetFor(p)
	}
	if made.limit = limitKind.pick(s, &p); made.limit != nil {
		made.first = generalFirst
	}
	if s.spec.Lends {
		made.lends = made.timeout != (policy.Timeout{}) || s.spec.Polls || made.hedge.After > 0 || s.declared.Hedge.After > 0
		made.first = generalFirst
	}
	s.made = made
}

// can says what the method can do.
func (s *methodState) can() policy.Method {
	return policy.Method{
		Name:     s.name,
		Context:  !s.spec.NoContext,
		Once:     s.spec.Once,
		Hedge:    s.spec.hedges || s.declared.Hedge != (policy.Hedge{}),
		Declared: s.declared,
	}
}

// budgetFor returns the budget that a policy asks for. A policy that says nothing of
// it, over a source that declares no retries, gets the shared one if there is one.
func (s *methodState) budgetFor(p policy.Policy) *budget {
	shared := s.group.shared().budget
	if p.Budget == (policy.Budget{}) {
		if shared.declared != p.Budget {
			return shared.state
		}
		p.Budget = policy.DefaultBudget() // the method's own: another wrapper may still declare a shared one
	}
	return budgetKind.pick(s, &p)
}

// planFor returns the plan in force for a wrapper with those hooks.
func (s *methodState) planFor(h Hooks) *atomic.Pointer[plan] {
	if h.CallStart != nil || h.CallDone != nil || h.AttemptStart != nil || h.AttemptDone != nil || h.Fallback != nil {
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
	if s.made.standIn != nil {
		inForce.first = generalFirst
	}
	off := s.group.off()
	if s.chaos != nil && !off {
		inForce.chaos, inForce.first = s.chaos, generalFirst
		inForce.lends = inForce.lends || s.spec.Lends // a lease closes the answer that chaos throws away
	}
	if off {
		inForce.off, inForce.first = true, generalFirst
	}
	s.plan.Store(&inForce)
	told := inForce
	if told.first = generalFirst; inForce.first == directFirst {
		told.first = toldFirst
	}
	s.told.Store(&told)
}
