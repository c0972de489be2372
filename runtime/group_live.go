package retry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/policy"
)

// SetPolicy changes the policy of a method ("PaymentClient.Charge"), or those of all methods
// that the group has of an interface ("PaymentClient"). The patch is laid over the policy in
// force: what it does not name stays as it is, earlier calls of SetPolicy included.
// [Group.ResetPolicy] takes all of them back. It applies to calls that begin from now on;
// calls that are under way keep their policy. The patch goes over what [Group.Steer] says,
// and stays when that changes.
//
// A patch for an interface leaves out what a method cannot have and what its source does not
// give it; see [policy.Patch.Fit]. A breaker, a budget or a limit with new settings starts
// afresh. Methods that share one in the source share the new one too if they get the same
// settings. The declared one keeps its state. With "breaker off", a method has no breaker; in
// an incident, [Group.SetBreakerMode] is better, because the breaker goes on counting.
//
// SetPolicy returns an error and changes nothing if the group has no such method, or if one
// of the methods cannot have the policy. It refuses what the generator would refuse, such as
// a timeout without a context.
func (g *Group) SetPolicy(name string, patch policy.Patch) error {
	return g.relay(name, patched(patch))
}

// patched returns the change of SetPolicy. It changes what is in force: if what SetPolicy said
// before is left out, the patch takes its place.
func patched(patch policy.Patch) change {
	return func(s *methodState, wide bool) (settled, error) {
		fits := patch
		if wide {
			var left []policy.Skip
			if fits, left = patch.Fit(s.can()); fits.IsZero() && !patch.IsZero() {
				return s.settled, leftOut{fmt.Errorf("retry: %s: %s: %s", s.name, left[0].Text, left[0].Why)}
			}
		}
		changed := s.policyLayers
		if !s.sets {
			changed.local = policy.Patch{}
		}
		changed.local = changed.local.Then(fits)
		n := s.settle(changed)
		if !n.sets || s.steers && !n.steers {
			return n, fmt.Errorf("retry: %s: %w", s.name, n.conflict)
		}
		return n, nil
	}
}

// leftOut is the error of a patch for an interface that does nothing to a method.
type leftOut struct{ error }

// ResetPolicy takes back what SetPolicy has changed for a method, or for all methods of an
// interface. What the source declares, Options.Override has changed and [Group.Steer] says is
// then in force. It returns an error if the group has no such method.
func (g *Group) ResetPolicy(name string) error {
	return g.relay(name, func(s *methodState, _ bool) (settled, error) {
		return s.settle(policyLayers{declared: s.declared, overridden: s.overridden, steered: s.steered}), nil
	})
}

// ResetToSource takes back what SetPolicy and Options.Override have changed for a method, or
// for all methods of an interface. What the source declares and [Group.Steer] says is then in
// force. It returns an error if the group has no such method.
func (g *Group) ResetToSource(name string) error {
	return g.relay(name, func(s *methodState, _ bool) (settled, error) {
		return s.settle(policyLayers{declared: s.declared, overridden: s.declared, steered: s.steered}), nil
	})
}

// A change returns what a method becomes. Wide says that the change is for a whole interface.
type change func(s *methodState, wide bool) (settled, error)

// A next is a method and what it becomes.
type next struct {
	*methodState
	becomes settled
}

// relay puts new layers into force for a method, or for all methods of an interface. After an
// error for one of them it changes none.
func (g *Group) relay(name string, change change) error {
	g.mu.Lock()
	defer g.unlock()
	list, err := g.prepare(name, change)
	if err != nil {
		return err
	}
	g.put(list)
	return nil
}

// put puts into force what methods become. The caller holds the lock.
func (g *Group) put(list []next) {
	for _, n := range list {
		n.put(n.becomes)
	}
	g.finish(list)
}

// finish publishes the plans that put made. Breakers that Steer forces are forced before. The
// caller holds the lock.
func (g *Group) finish(list []next) {
	g.putForced()
	for _, n := range list {
		n.publish()
	}
}

// prepare returns what a change makes of a method, or of all methods of an interface. That
// it does nothing is an error if it is so for all of them. The caller holds the lock.
func (g *Group) prepare(name string, change change) ([]next, error) {
	states, wide := g.named(name)
	if len(states) == 0 {
		return nil, g.noMethod(name)
	}
	var list []next
	var errs, idle []error
	for _, s := range states {
		becomes, err := change(s, wide)
		if _, ok := errors.AsType[leftOut](err); ok {
			idle = append(idle, err)
		} else {
			errs = append(errs, err)
		}
		list = append(list, next{s, becomes})
	}
	if len(idle) == len(states) {
		errs = idle
	}
	return list, errors.Join(errs...)
}

// named returns the states of a method, or those of all methods of an interface, which is
// wide. They are in the order of their names. The caller holds the lock.
func (g *Group) named(name string) (states []*methodState, wide bool) {
	if states := g.methods[name]; len(states) > 0 {
		return states, false
	}
	for _, method := range slices.Sorted(maps.Keys(g.methods)) {
		if iface, _, ok := strings.Cut(method, "."); ok && iface == name {
			states = append(states, g.methods[method]...)
		}
	}
	return states, true
}

// noMethod returns an error that says that the group has no such method, with a likely
// reason. The caller holds the lock.
func (g *Group) noMethod(name string) error {
	for _, method := range slices.Sorted(maps.Keys(g.methods)) {
		iface, short, _ := strings.Cut(method, ".")
		for _, meant := range []string{method, short, iface} {
			if !strings.EqualFold(meant, name) {
				continue
			}
			if meant == short {
				meant = method
			}
			return fmt.Errorf("retry: the group has no method %s; did you mean %q?", name, meant)
		}
	}
	return fmt.Errorf("retry: the group has no method %s, or it passes straight through", name)
}

// SetEnabled switches everything that the group's wrappers do off or on. While it is off,
// calls that begin pass straight through to the wrapped methods. Breakers, budgets and
// policies keep their state. To stop only the breakers from refusing calls, use
// [Group.SetBreakerMode]. What [Group.Steer] switches off stays off after SetEnabled(true).
func (g *Group) SetEnabled(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.disabled = !on
	g.publish()
}

// off reports whether calls pass straight through. The caller holds the lock.
func (g *Group) off() bool { return g.disabled || g.fleet.disabled }

// publish puts the group's state into force for all its methods. The caller holds the lock.
func (g *Group) publish() {
	for _, states := range g.methods {
		for _, s := range states {
			s.publish()
		}
	}
}
