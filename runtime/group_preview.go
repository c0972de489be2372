package retry

import "github.com/retrygen/retrygen/policy"

// PreviewPolicy returns the policies that SetPolicy(name, patch) would put into force, and
// changes nothing. There is one for each method of that name, or of that interface, in
// Snapshot, in the same order: wrappers of one group can declare a method differently. It
// returns the error that SetPolicy would return.
func (g *Group) PreviewPolicy(name string, patch policy.Patch) ([]policy.Policy, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	list, err := g.prepare(name, patched(patch))
	if err != nil {
		return nil, err
	}
	policies := make([]policy.Policy, len(list))
	for i, n := range list {
		policies[i] = n.becomes.policy
	}
	return policies, nil
}
