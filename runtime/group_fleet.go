package retry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A Steering is what the operator of a fleet says to the groups of all its processes. It is a
// layer above Options.Override and below what the process sets by itself, with SetPolicy,
// SetBreakerMode, SetEnabled or the methods of a breaker.
//
// Names are those of methods ("PaymentClient.Charge") and interfaces ("PaymentClient"). Names
// that a group does not have mean nothing to it: they may be those of another program, or of a
// wrapper that is made later.
type Steering struct {
	// Policies are patches by name, as [policy.ParseOverrides] reads them. That of a method goes
	// over that of its interface, which leaves out what a method cannot have; see
	// [policy.Patch.Fit]. Of two for one name, the later goes over the earlier.
	Policies []policy.Override

	// Forced are states of breakers, Open or Closed, by name of a method, of an interface or, with
	// "*", of every group. A method goes over its interface, and that over "*". A state lasts
	// until a Steering does not name it. That of ForceOpen or ForceClose wins over it; see
	// [breaker.Breaker.ForceRemote].
	//
	// No method is forced by the name of another one. If it shares its breaker with methods that
	// are not forced, another breaker with the name that is forced decides for that time. It has
	// no handle, so ForceOpen and ForceClose of the shared one win over it, too.
	Forced map[string]breaker.State

	// Mode is the mode of all breakers of the groups that have the interface, or of every group
	// with "*". An interface goes over "*". Of several interfaces in one group, the one with the
	// greatest mode counts: breaker.Off before breaker.WatchOnly before breaker.On.
	Mode map[string]breaker.Mode

	// Disabled is by the same names as Mode. True: calls of the group pass straight through to
	// the wrapped methods, as after SetEnabled(false).
	Disabled map[string]bool
}

// everyGroup is the name in a Steering that stands for all interfaces.
const everyGroup = "*"

// Steer puts a Steering in the place of the one before. The zero Steering takes it away, and
// nothing else. It applies to calls that begin from now on, and to wrappers that are made later
// with the group. Package fleet calls Steer with what it gets from the operator.
//
// Steer returns an error and changes nothing if one of the methods cannot have the policy, or
// if a mode or a state is invalid. In two cases it returns nil, and [MethodSnapshot].Refused says so:
//
//   - A method that is made later cannot have the policy. It goes without it.
//   - The policy does not fit to what SetPolicy has set. The method keeps what SetPolicy says.
//     If that does not fit without the Steering either, because it was set over an earlier
//     one, the method keeps the Steering.
//
// Steer never refuses a part of what it said before, so what expires can always be taken away:
// a method leaves out the rest if it cannot have that alone.
func (g *Group) Steer(s Steering) error {
	if err := s.check(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.unlock()
	list, err := g.settleAll(s)
	if err != nil {
		return err
	}
	g.fleet.Steering = s.clone()
	g.putSwitches()
	g.put(list)
	return nil
}

// settleAll returns what a Steering makes of all methods, in the order of their names. The
// caller holds the lock.
func (g *Group) settleAll(s Steering) ([]next, error) {
	lenient := s.partOf(g.fleet.Steering)
	var list []next
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		for _, m := range g.methods[name] {
			layers := m.policyLayers
			layers.steered = m.steering(s.Policies)
			becomes := m.settle(layers)
			if becomes.unfit != nil && !lenient {
				errs = append(errs, fmt.Errorf("retry: %s: %w", name, becomes.unfit))
			}
			list = append(list, next{m, becomes})
		}
	}
	return list, errors.Join(errs...)
}

// steering returns the policies that are about the method, as far as they fit. That of its
// interface comes first.
func (s *methodState) steering(policies []policy.Override) []policy.Override {
	var about []policy.Override
	iface, _, _ := strings.Cut(s.name, ".")
	for _, name := range named(s.name, iface) {
		for _, o := range policies {
			if o.Name != name {
				continue
			}
			if name != s.name {
				if o.Patch, _ = o.Patch.Fit(s.can()); o.Patch.IsZero() {
					continue
				}
			}
			about = append(about, o)
		}
	}
	return about
}

// check returns an error for what no group can do.
func (s Steering) check() error {
	for _, name := range slices.Sorted(maps.Keys(s.Mode)) {
		if s.Mode[name] > breaker.Off {
			return fmt.Errorf("retry: %s: invalid breaker mode %v", name, s.Mode[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Forced)) {
		if to := s.Forced[name]; to != breaker.Open && to != breaker.Closed {
			return fmt.Errorf("retry: %s: a breaker cannot be forced to the state %v", name, to)
		}
	}
	return nil
}

func (s Steering) clone() Steering {
	return Steering{Policies: slices.Clone(s.Policies), Forced: maps.Clone(s.Forced), Mode: maps.Clone(s.Mode), Disabled: maps.Clone(s.Disabled)}
}

// partOf reports whether another Steering has all the policies.
func (s Steering) partOf(other Steering) bool {
	for _, o := range s.Policies {
		if !slices.ContainsFunc(other.Policies, func(had policy.Override) bool {
			return had.Name == o.Name && had.Patch.String() == o.Patch.String()
		}) {
			return false
		}
	}
	return true
}

// steered is the Steering of a group, and what it comes to for the group as a whole.
type steered struct {
	Steering
	mode     breaker.Mode
	disabled bool
	forcing  bool // breakers may be forced, or stand in for others
}

// putSwitches puts into force what the Steering says about the group as a whole. The caller
// holds the lock.
func (g *Group) putSwitches() {
	mode, disabled := g.modeInForce(), g.off()
	g.fleet.mode, g.fleet.disabled = breaker.On, false
	if len(g.fleet.Mode)+len(g.fleet.Disabled) > 0 {
		for method := range g.methods {
			iface, _, _ := strings.Cut(method, ".")
			g.fleet.mode = max(g.fleet.mode, forInterface(g.fleet.Mode, iface))
			g.fleet.disabled = g.fleet.disabled || forInterface(g.fleet.Disabled, iface)
		}
	}
	if g.modeInForce() != mode {
		g.putMode()
	}
	if g.off() != disabled {
		g.publish()
	}
}

// forInterface returns what a Steering says about an interface.
func forInterface[V any](said map[string]V, iface string) V {
	if v, ok := said[iface]; ok {
		return v
	}
	return said[everyGroup]
}

// A SteeredSnapshot is what a [Steering] says about a group besides policies, which are among
// the layers of the methods. What the process sets by itself wins over it, so it need not be in
// force.
type SteeredSnapshot struct {
	Mode     breaker.Mode             `json:"mode,omitzero"`
	Disabled bool                     `json:"disabled,omitempty"`
	Forced   map[string]breaker.State `json:"forced,omitempty"` // by those names that the group has, and "*"
}

// steeredSnapshot returns nil if the Steering says nothing. The caller holds the lock.
func (g *Group) steeredSnapshot() *SteeredSnapshot {
	s := SteeredSnapshot{Mode: g.fleet.mode, Disabled: g.fleet.disabled}
	for name, state := range g.fleet.Forced {
		if states, _ := g.named(name); len(states) > 0 || name == everyGroup {
			if s.Forced == nil {
				s.Forced = make(map[string]breaker.State)
			}
			s.Forced[name] = state
		}
	}
	if s.Mode == breaker.On && !s.Disabled && s.Forced == nil {
		return nil
	}
	return &s
}

// Breakers returns the breakers that guard methods under the policies in force, each once: the
// shared one and those of single methods, in the order of the methods' names. It leaves out
// those of keys, for which there are [Group.Keys] and [Group.KeyBreaker].
func (g *Group) Breakers() []*breaker.Breaker {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []*breaker.Breaker
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		for _, s := range g.methods[name] {
			if b := s.made.breaker; b != nil && !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	return list
}
