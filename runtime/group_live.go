package retry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/policy"
)

// SetPolicy overlays the policy that the source declares for a method
// ("PaymentClient.Charge"), concern by concern. It applies to calls that begin from now on;
// calls that are under way keep their policy. For a concern that p does not set, the source
// applies, so the zero Policy undoes earlier calls of SetPolicy and Options.Override. With
// "breaker off", the method has no breaker; in an incident, [Group.SetBreakerMode] is better,
// because the breaker goes on counting. A breaker that differs from the declared one belongs to the method alone, and the declared
// one keeps its state.
//
// It returns an error and changes nothing if the group has no such method, or if the method
// cannot have the policy. It refuses what the generator would refuse, such as a timeout
// without a context.
func (g *Group) SetPolicy(method string, p policy.Policy) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	states := g.methods[method]
	if len(states) == 0 {
		return g.noMethod(method)
	}
	var errs []error
	for _, s := range states {
		errs = append(errs, s.check(s.declared.Overlay(p)))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, s := range states {
		s.put(s.declared.Overlay(p))
	}
	return nil
}

// noMethod returns an error that says that the group has no such method, with a likely
// reason. The caller holds the lock.
func (g *Group) noMethod(method string) error {
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		_, short, _ := strings.Cut(name, ".")
		if strings.EqualFold(name, method) || strings.EqualFold(short, method) {
			return fmt.Errorf("retry: the group has no method %s; did you mean %q?", method, name)
		}
	}
	return fmt.Errorf("retry: the group has no method %s, or it passes straight through", method)
}

// SetEnabled switches everything that the group's wrappers do off or on. While it is off,
// calls that begin pass straight through to the wrapped methods. Breakers, budgets and
// policies keep their state. To stop only the breakers from refusing calls, use
// [Group.SetBreakerMode].
func (g *Group) SetEnabled(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.disabled = !on
	g.publish()
}

// publish puts the group's state into force for all its methods. The caller holds the lock.
func (g *Group) publish() {
	for _, states := range g.methods {
		for _, s := range states {
			s.publish()
		}
	}
}
