package retry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/policy"
)

// SetPolicy lays a policy over the one that the source declares for a method
// ("PaymentClient.Charge"), concern by concern, for the calls that begin from now
// on; those that are under way end by the policy they began with. A concern that p
// does not say is as the source declares it, so that the zero Policy undoes what
// was set before, by SetPolicy or by Options.Override. A breaker that differs from
// the declared one is the method's own; the declared one keeps its state
// meanwhile.
//
// It returns an error, and changes nothing, when the group has no such method, or
// when the method cannot have the policy: what the generator would refuse, such as
// a timeout without a context, is refused here too.
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

// noMethod says that the group has no such method, and what may be the reason. The
// lock is held.
func (g *Group) noMethod(method string) error {
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		_, short, _ := strings.Cut(name, ".")
		if strings.EqualFold(name, method) || strings.EqualFold(short, method) {
			return fmt.Errorf("retry: the group has no method %s; did you mean %q?", method, name)
		}
	}
	return fmt.Errorf("retry: the group has no method %s, or it passes straight through", method)
}

// SetEnabled switches off, or on again, all that the group's wrappers do: while it
// is off, calls that begin pass straight through to the wrapped methods. Breakers,
// budgets and policies keep their state.
func (g *Group) SetEnabled(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.disabled = !on
	g.publish()
}

// publish lets the calls of all methods go by what has been decided. The lock is
// held.
func (g *Group) publish() {
	for _, states := range g.methods {
		for _, s := range states {
			s.publish()
		}
	}
}
