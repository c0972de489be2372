package retry

import (
	"log/slog"
	"math"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
)

// Format1_IfUndefinedUpdateRetrygenAndRegenerate ties generated code to a runtime
// that understands it. When it does not compile, tool and library are of
// different releases: run go get github.com/retrygen/retrygen and go generate.
const Format1_IfUndefinedUpdateRetrygenAndRegenerate = true

// Options are what a program can give a wrapper. The zero Options and a nil
// *Options do.
type Options struct {
	// Group is the state that guards the dependency, to share it between wrappers
	// or to reach it. Nil: the wrapper gets one of its own.
	Group *Group

	// Hooks are told what the calls do. Zero: nobody is told.
	Hooks Hooks

	// Logger gets the breaker's changes and the give-ups, these at most once a
	// second for each method, at level Warn, and the retries at level Debug.
	// Nil: nothing is logged.
	Logger *slog.Logger
}

// A Wrapper is what the methods of one generated struct have in common.
type Wrapper struct {
	name   string
	opts   Options
	shared *guards
}

// NewWrapper returns what the methods of a wrapper of the named interface share.
// Of shared it takes the breaker and the budget. Generated constructors call it.
//
// It panics when opts.Group holds a breaker or a budget that differs from the
// one in shared.
func NewWrapper(name string, shared policy.Policy, opts *Options) *Wrapper {
	w := &Wrapper{name: name}
	if opts != nil {
		w.opts = *opts
	}
	if w.opts.Group == nil {
		w.opts.Group = new(Group)
	}
	w.shared = w.opts.Group.guard(sharedScope, name, shared, &w.opts)
	return w
}

// A MethodSpec is what the generator has resolved for one method.
type MethodSpec struct {
	// Policy is what holds for this method alone. A zero concern is not in force: no
	// Retry is one attempt, no Breaker and no Budget is none of its own.
	Policy policy.Policy

	// SharedBreaker and SharedBudget put the method under those of the Wrapper.
	// They are not used where Policy has its own.
	SharedBreaker, SharedBudget bool

	// On reports whether an error is to be retried. Nil: all that are no answer.
	On func(error) bool

	// Not reports whether an error is not to be retried; it wins over On. Nil: none.
	Not func(error) bool

	// IdempotencyKey puts a key into the context of each call; see IdempotencyKey.
	IdempotencyKey bool
}

// A Method carries out the calls of one method of a wrapper. It is safe for
// concurrent use.
type Method struct {
	name     string // "PaymentClient.Charge"
	spec     MethodSpec
	guards   guards // what acts on this method; the declarations stay unset
	attempts int
	strategy backoff.Strategy
	longest  time.Duration // no wait is longer
	jittered bool
	direct   bool // nothing is to be done before the first attempt but ask the context and the breaker
	observer observer
}

// Method returns the method of that name, as spec says. Generated constructors
// call it.
func (w *Wrapper) Method(name string, spec MethodSpec) *Method {
	m := &Method{
		name:     w.name + "." + name,
		spec:     spec,
		attempts: max(1, spec.Policy.Retry.Attempts),
		strategy: spec.Policy.Retry.Strategy,
		longest:  math.MaxInt64,
	}
	if m.strategy == nil {
		m.strategy = backoff.Simple{}
	} else {
		m.longest = backoff.Cap(m.strategy)
	}
	m.jittered = backoff.Jittered(m.strategy)
	if spec.SharedBreaker {
		m.guards.breaker = w.shared.breaker
	}
	if spec.SharedBudget {
		m.guards.budget = w.shared.budget
	}
	if spec.Policy.Breaker != (policy.Breaker{}) || spec.Policy.Budget != (policy.Budget{}) {
		m.own(w.opts.Group.guard(m.name, m.name, spec.Policy, &w.opts))
	}
	if m.spec.Policy.Timeout.Off {
		m.spec.Policy.Timeout = policy.Timeout{}
	}
	m.observer.method = m.name
	m.observer.hooks = w.opts.Hooks
	m.observer.logger = w.opts.Logger
	m.direct = m.spec.Policy.Timeout == (policy.Timeout{}) && !spec.IdempotencyKey &&
		w.opts.Hooks.CallDone == nil && w.opts.Hooks.AttemptDone == nil
	return m
}

// own puts the method under the guards that it declares for itself.
func (m *Method) own(g *guards) {
	if m.spec.Policy.Breaker != (policy.Breaker{}) {
		m.guards.breaker = g.breaker
	}
	if m.spec.Policy.Budget != (policy.Budget{}) {
		m.guards.budget = g.budget
	}
}
