package retry

import (
	"reflect"
	"sync/atomic"

	"github.com/retrygen/retrygen/policy"
)

// A MethodSpec is for generated code. It is what the generator knows of one method.
type MethodSpec struct {
	// Policy is the method's own. A zero concern is off: without Retry there is one
	// attempt, without Breaker or Budget the method has none of its own.
	Policy policy.Policy

	// SharedBreaker, SharedBudget and SharedLimit make the method use those of the
	// Wrapper, unless Policy has its own.
	SharedBreaker, SharedBudget, SharedLimit bool

	// On reports whether to retry an error. Nil: every error is retried, except answers.
	On func(error) bool

	// Not reports whether an error must not be retried. It wins over On. Nil: none.
	Not func(error) bool

	// IdempotencyKey puts a key into the context of each call; see [IdempotencyKey].
	IdempotencyKey bool

	// Keyed says that calls are made with Method.For. If there is a breaker, each key has
	// one of its own.
	Keyed bool

	// Lends says that results are not plain data and may still use the context of their
	// attempt. The func gives them to [Keep] or a func like it.
	Lends bool

	// Polls says that the func calls NotYet.
	Polls bool

	// Once says why a call of the method must not be repeated, whatever an override says.
	// Empty: it may be repeated.
	Once string

	// NoContext says that the method has no context. Timeouts and unlimited attempts need
	// one.
	NoContext bool

	hedges bool // calls go through Hedge, whatever Policy says
}

// does reports whether two methods can do the same. It ignores their policies and
// predicates.
func (s MethodSpec) does(other MethodSpec) bool {
	for _, spec := range []*MethodSpec{&s, &other} {
		spec.Policy, spec.On, spec.Not = policy.Policy{}, nil, nil
	}
	return reflect.DeepEqual(s, other)
}

// A Method is for generated code. It makes the calls of one method of a wrapper. It is safe
// for concurrent use.
type Method struct {
	plan *atomic.Pointer[plan] // of its state
	key  key                   // of the calls; zero if they have none
	*methodFacts
}

// methodFacts are what does not depend on the key.
type methodFacts struct {
	name     string // "PaymentClient.Charge"
	spec     MethodSpec
	observer observer
}

// Method returns the method of that name, as spec says. It panics if Options.Override gives
// the method a policy that it cannot have.
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
