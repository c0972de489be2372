package retry

import (
	"reflect"
	"sync/atomic"
	"time"

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

	// On reports whether to retry an error. Nil: the [Class] of the error decides.
	On func(error) bool

	// Not reports whether an error must not be retried. It wins over On. Nil: none.
	Not func(error) bool

	// Classify says of which class an error is. It is asked before everybody else.
	// ClassUnclassified: the others decide. Nil: the same.
	//
	// Classify, Sort and RetryAfter are called for an error and then for each error that it
	// wraps, from the outside in, and never for a nil pointer. Where an error wraps several,
	// they are called for it and then for each of these, so they need not look into it.
	Classify func(error) Class

	// Sort is what the generator knows about the errors of a library: the class, and how long
	// the server asks to wait, which is zero if it does not. Classify and Options.Classify
	// are asked before it, and the error itself after it. Nil: nothing is known.
	Sort func(error) (Class, time.Duration)

	// RetryAfter says how long the server asks to wait. It is asked before everybody else.
	// Zero or less: the others decide. Nil: the same.
	RetryAfter func(error) time.Duration

	// CutAtEOF says that the method does not read or send a sequence, so that io.EOF means a
	// connection that was cut off, ClassTransient. Otherwise io.EOF means the end of the
	// sequence, ClassAnswer. Inside a net.Error it always means a connection that was cut off.
	CutAtEOF bool

	// InTransaction says that the method runs inside a transaction, which a conflict ends:
	// ClassConflict is final, even if On matches. The generator leaves it false for a method
	// with an on of its own that may match one.
	InTransaction bool

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
		spec.Classify, spec.Sort, spec.RetryAfter = nil, nil, nil
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
	sources  sources
	observer observer
}

// Method returns the method of that name, as spec says. It panics if Options.Override gives
// the method a policy that it cannot have.
func (w *Wrapper) Method(name string, spec MethodSpec) *Method {
	name = w.name + "." + name
	m, err := newMethod(name, spec, &w.opts)
	if err != nil {
		panic(err)
	}
	w.methods = append(w.methods, name)
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
			sources:  sources{spec.Classify, opts.Classify, spec.Sort, spec.RetryAfter, spec.CutAtEOF},
			observer: newObserver(name, opts, &state.storm),
		},
	}, nil
}
