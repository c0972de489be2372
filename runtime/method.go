package retry

import (
	"reflect"
	"sync/atomic"

	"github.com/retrygen/retrygen/policy"
)

// A MethodSpec is what the generator has resolved for one method.
type MethodSpec struct {
	// Policy is what holds for this method alone. A zero concern is not in force: no
	// Retry is one attempt, no Breaker and no Budget is none of its own.
	Policy policy.Policy

	// SharedBreaker, SharedBudget and SharedLimit put the method under those of the
	// Wrapper. They are not used where Policy has its own.
	SharedBreaker, SharedBudget, SharedLimit bool

	// On reports whether an error is to be retried. Nil: all that are no answer.
	On func(error) bool

	// Not reports whether an error is not to be retried; it wins over On. Nil: none.
	Not func(error) bool

	// IdempotencyKey puts a key into the context of each call; see IdempotencyKey.
	IdempotencyKey bool

	// Keyed says that calls are made with Method.For, and that each key has a breaker
	// of its own where there is one at all.
	Keyed bool

	// Lends says that results are more than plain data, and may go on using the
	// context of their attempt; the func hands them to Keep or one of its kind.
	Lends bool

	// Polls says that the func calls NotYet.
	Polls bool

	// Once is why a call of the method must not be repeated, whatever an override
	// says. Empty: it may be.
	Once string

	// NoContext says that the method has no context, which timeouts and unlimited
	// attempts need.
	NoContext bool

	hedges bool // calls go through Hedge, whatever Policy says
}

// does reports whether a method can do what another one can. Their policies and
// predicates are not looked at.
func (s MethodSpec) does(other MethodSpec) bool {
	for _, spec := range []*MethodSpec{&s, &other} {
		spec.Policy, spec.On, spec.Not = policy.Policy{}, nil, nil
	}
	return reflect.DeepEqual(s, other)
}

// A Method carries out the calls of one method of a wrapper. It is safe for
// concurrent use.
type Method struct {
	plan *atomic.Pointer[plan] // of its state
	key  key                   // of the calls; zero where they have none
	*methodFacts
}

// methodFacts are what does not change with the key.
type methodFacts struct {
	name     string // "PaymentClient.Charge"
	spec     MethodSpec
	observer observer
}

// Method returns the method of that name, as spec says. Generated constructors
// call it.
//
// It panics when Options.Override gives the method a policy that it cannot have.
func (w *Wrapper) Method(name string, spec MethodSpec) *Method {
	m, err := newMethod(w.name+"."+name, spec, &w.opts)
	if err != nil {
		panic(err)
	}
	return m
}

func newMethod(name string, spec MethodSpec, opts *Options) (*Method, error) {
	state, err := opts.Group.method(name, spec, opts)
	if err != nil {
		return nil, err
	}
	return &Method{
		plan: state.planFor(opts.Hooks),
		methodFacts: &methodFacts{
			name: name, spec: spec,
			observer: observer{method: name, hooks: opts.Hooks, logger: opts.Logger, storm: &state.storm},
		},
	}, nil
}
