package retry

import (
	"fmt"
	"sync"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A Group is the state that guards one dependency: the breaker, the budget and the limit
// that the methods of its wrappers share, and those of single methods. Each wrapper has a
// Group of its own unless Options.Group gives it one. Give one to several wrappers if they
// call the same host, or if a wrapper is made for each request. The zero value is ready to
// use. A Group must not be copied.
//
// The first wrapper that declares a breaker, a budget or a limit sets it for the Group. The
// constructor of a wrapper that declares a different one panics and names both.
//
// The breaker and the limit guard only methods whose source declares them. If an interface
// declares no breaker, the breaker of the Group does not guard it. Give the interface the
// same directive, for example with a preset.
type Group struct {
	// Name is what errors, logs and events call the breaker and the limit that the wrappers
	// share. Set it before you make the first wrapper, and leave it then. Empty: they have
	// the name of the interface that declares them first.
	Name string

	mu       sync.Mutex
	guards   *guards // that the methods of the group's wrappers share; nil before the first
	methods  map[string][]*methodState
	disabled bool
	counting bool
	mode     breaker.Mode // of SetBreakerMode
	fleet    steered
	held     []*teller // of the breakers that change under the lock
}

// Breaker returns the breaker that the methods of the group's wrappers share, to inspect it,
// force it or reset it. To stop all breakers from refusing calls, use [Group.SetBreakerMode],
// which says what else there is. If each key has its own breaker, Breaker returns the one of
// breaker.Keyed.Rest, which forces and switches all of them; [Group.KeyBreaker] is for one key.
// If overrides or SetPolicy have given all these methods another breaker in common, it returns
// that one.
//
// It returns nil if no wrapper has declared a breaker. All methods of a nil *breaker.Breaker
// can be called, but there is nothing that ForceOpen could close off.
func (g *Group) Breaker() *breaker.Breaker {
	g.mu.Lock()
	defer g.mu.Unlock()
	return breakerKind.common(g).handle()
}

// MethodBreaker returns the breaker that guards a method ("PaymentClient.Charge") under the
// policy in force: its own or the shared one, as Breaker does. It returns nil, as Breaker
// does, if there is no such method or breaker.
func (g *Group) MethodBreaker(method string) *breaker.Breaker {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.methods[method] {
		if b := s.made.handle(); b != nil {
			return b
		}
	}
	return nil
}

// shared returns the guards that the methods share. The caller holds the lock.
func (g *Group) shared() *guards {
	if g.guards == nil {
		g.guards = &guards{group: g}
	}
	return g.guards
}

// declare makes the shared guards that owner declares, unless they are there. It makes
// none and returns an error when one of them is there and differs.
func (g *Group) declare(owner string, declared policy.Policy, opts *Options) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	shared := g.shared()
	for _, k := range kinds {
		if err := k.agree(shared, owner, &declared); err != nil {
			return err
		}
	}
	for _, k := range kinds {
		k.declare(shared, owner, &declared, opts)
	}
	return nil
}

// method returns the state of a method: that of an earlier one of the same name
// and declaration, or a new one. It returns an error when Options.Override gives the
// method a policy that it cannot have.
func (g *Group) method(name string, spec MethodSpec, opts *Options) (*methodState, error) {
	declared, found := g.find(name, spec)
	if found != nil {
		return found, nil
	}
	s := &methodState{name: name, spec: spec, group: g, opts: opts}
	s.declared, s.overridden = declared, declared
	if opts.Override != nil { // it is the user's code, and may ask the group
		var err error
		if s.overridden, err = opts.Override(s.can(), declared); err != nil {
			return nil, fmt.Errorf("retry: %s: %w", name, err)
		}
	}
	g.mu.Lock()
	defer g.unlock()
	if found := g.lookUp(name, declared, spec); found != nil {
		return found, nil // another wrapper was quicker
	}
	if opts.Override != nil {
		if _, err := s.fits(s.overridden, nil); err != nil {
			return nil, fmt.Errorf("retry: %s: %w", name, err)
		}
	}
	var err error
	if s.chaos, err = newChaos(opts.Chaos, s, true); err != nil {
		return nil, err
	}
	s.put(s.settle(policyLayers{declared: s.declared, overridden: s.overridden, steered: s.steering(g.fleet.Policies)}))
	if g.methods == nil {
		g.methods = make(map[string][]*methodState)
	}
	g.methods[name] = append(g.methods[name], s)
	g.putSwitches()
	g.finish([]next{{methodState: s}})
	return s, nil
}

// find returns the policy that the source declares for a method, including what the group
// shares, and the method's state if it exists.
func (g *Group) find(name string, spec MethodSpec) (policy.Policy, *methodState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	declared := g.withShared(spec)
	return declared, g.lookUp(name, declared, spec)
}

// withShared returns the policy that the source declares for a method, including what the
// group shares. The caller holds the lock.
func (g *Group) withShared(spec MethodSpec) policy.Policy {
	declared := spec.Policy
	for _, k := range kinds {
		k.inherit(g.shared(), &declared, &spec)
	}
	retries := declared.Retry.Attempts > 1 || declared.Hedge.After > 0
	if retries && declared.Budget == (policy.Budget{}) && !spec.SharedBudget {
		declared.Budget.Off = true
	}
	return declared
}

// lookUp returns the state of a method with that name, that declaration and the same
// abilities, or nil. The caller holds the lock.
func (g *Group) lookUp(name string, declared policy.Policy, spec MethodSpec) *methodState {
	for _, s := range g.methods[name] {
		if s.declared.String() == declared.String() && s.spec.does(spec) {
			return s
		}
	}
	return nil
}
