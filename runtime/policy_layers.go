package retry

import (
	"slices"

	"github.com/retrygen/retrygen/policy"
)

// policyLayers are what the policy of a method is made of, the lowest first. A layer changes what
// those below it say, and can be taken away without touching the others. A layer that many
// processes get from one place belongs between overridden and local.
type policyLayers struct {
	declared   policy.Policy // as the source says, with what the wrapper shares
	overridden policy.Policy // what Options.Override made of that
	local      policy.Patch  // of Group.SetPolicy
}

// inForce returns the policy that the layers make.
func (l policyLayers) inForce() (policy.Policy, error) { return l.local.Apply(l.overridden) }

// The names of layers.
const (
	LayerOverride = "override" // Options.Override
	LayerLocal    = "local"    // Group.SetPolicy
)

// A PolicyLayer is one of the layers that lie over the policy that the source declares.
type PolicyLayer struct {
	Name     string        `json:"name"`     // LayerOverride or LayerLocal
	Text     string        `json:"text"`     // what the layer says: the patch of SetPolicy, or what Override has changed
	Concerns []string      `json:"concerns"` // the concerns that the layer changes: "strategy", or the verb
	Policy   policy.Policy `json:"-"`        // of this layer and all below it
}

// list returns the layers that change something, the lowest first.
func (l policyLayers) list() []PolicyLayer {
	var list []PolicyLayer
	if names, changed := differences(l.declared, l.overridden); len(names) > 0 {
		list = append(list, PolicyLayer{LayerOverride, changed.String(), names, l.overridden})
	}
	if !l.local.IsZero() {
		p, err := l.inForce()
		if err != nil {
			return list // it is never put into force
		}
		names, _ := differences(l.overridden, p)
		list = append(list, PolicyLayer{LayerLocal, l.local.String(), names, p})
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
