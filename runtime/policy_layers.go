package retry

import (
	"slices"

	"github.com/retrygen/retrygen/policy"
)

// policyLayers are what the policy of a method is made of, the lowest first. A layer changes what
// those below it say, and can be taken away without touching the others.
type policyLayers struct {
	declared   policy.Policy     // as the source says, with what the wrapper shares
	overridden policy.Policy     // what Options.Override made of that
	steered    []policy.Override // of Group.Steer, as far as it fits; that of the interface first
	local      policy.Patch      // of Group.SetPolicy
}

// A settled is what the layers of a method come to. Layers can contradict each other: each of
// them can be right for what the source declares, and then somebody puts another one below it or
// takes that away. A layer that does not fit is left out, and comes back once it does.
type settled struct {
	policyLayers
	policy   policy.Policy // in force
	shown    []PolicyLayer // those in force that change something
	steers   bool          // what Steer says is in force
	sets     bool          // what SetPolicy says is in force
	unfit    error         // why the method cannot have what Steer says, whatever SetPolicy says
	conflict error         // why what SetPolicy says does not fit to all that is below it
}

// settle returns what layers come to. If what Steer and SetPolicy say does not fit together,
// SetPolicy wins. If it does not fit without Steer either, it is left out.
func (s *methodState) settle(l policyLayers) settled {
	n := settled{policyLayers: l, policy: l.overridden, steers: true, sets: true}
	if len(l.steered) > 0 {
		var p policy.Policy
		if p, n.unfit = s.fits(l.steer(l.overridden)); n.unfit == nil {
			n.policy = p
		}
		n.steers = n.unfit == nil
	}
	if !l.local.IsZero() {
		var p policy.Policy
		if p, n.conflict = s.fits(l.local.Apply(n.policy)); n.conflict == nil {
			n.policy = p
		} else if p, err := s.fits(l.local.Apply(l.overridden)); err == nil {
			n.policy, n.steers = p, false
		} else {
			n.sets = false
		}
	}
	if s.opts.Override != nil || len(l.steered) > 0 || !l.local.IsZero() {
		n.shown = n.list()
	}
	return n
}

// fits returns the policy of a layer if the method can have it.
func (s *methodState) fits(p policy.Policy, err error) (policy.Policy, error) {
	if err == nil {
		err = p.CheckFor(s.can())
	}
	return p, err
}

// steer returns what Steer makes of a policy.
func (l policyLayers) steer(p policy.Policy) (policy.Policy, error) {
	for _, o := range l.steered {
		var err error
		if p, err = o.Apply(p); err != nil {
			return p, err
		}
	}
	return p, nil
}

// refused says which layer is left out and why. It is empty if none is.
func (n settled) refused() string {
	switch {
	case !n.sets:
		return LayerLocal + ": " + n.conflict.Error()
	case n.unfit != nil:
		return LayerFleet + ": " + n.unfit.Error()
	case !n.steers:
		return LayerFleet + ": it does not fit to what SetPolicy has set: " + n.conflict.Error()
	}
	return ""
}

// The names of layers.
const (
	LayerOverride = "override" // Options.Override
	LayerFleet    = "fleet"    // Group.Steer
	LayerLocal    = "local"    // Group.SetPolicy
)

// A PolicyLayer is one of the layers that lie over the policy that the source declares.
type PolicyLayer struct {
	Name     string        `json:"name"`     // LayerOverride, LayerFleet or LayerLocal
	Text     string        `json:"text"`     // what the layer says: the patch of Steer or SetPolicy, or what Override has changed
	Concerns []string      `json:"concerns"` // the concerns that the layer changes: "strategy", or the verb
	Policy   policy.Policy `json:"-"`        // of this layer and all below it
}

// list returns the layers in force that change something, the lowest first.
func (n settled) list() []PolicyLayer {
	var list []PolicyLayer
	if names, changed := differences(n.declared, n.overridden); len(names) > 0 {
		list = append(list, PolicyLayer{LayerOverride, changed.String(), names, n.overridden})
	}
	below := n.overridden
	if n.steers && len(n.steered) > 0 {
		var said policy.Patch
		for _, o := range n.steered {
			said = said.Then(o.Patch)
		}
		p, _ := n.steer(below) // it is in force, so there is no error
		names, _ := differences(below, p)
		list = append(list, PolicyLayer{LayerFleet, said.String(), names, p})
		below = p
	}
	if n.sets && !n.local.IsZero() {
		names, _ := differences(below, n.policy)
		list = append(list, PolicyLayer{LayerLocal, n.local.String(), names, n.policy})
	}
	return list
}

// differences returns the concerns in which two policies differ, and a policy that says them
// as the second one does.
func differences(before, after policy.Policy) (names []string, changed policy.Policy) {
	said := make(map[string]string)
	for name, only := range before.Concerns() {
		said[name] = only.String()
	}
	for name, only := range after.Concerns() {
		if said[name] != only.String() {
			names, changed = append(names, name), changed.Overlay(only)
		}
		delete(said, name)
	}
	for name := range said { // after does not say it any more
		names = append(names, name)
	}
	slices.Sort(names)
	return names, changed
}
