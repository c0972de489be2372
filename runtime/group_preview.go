package retry

import (
	"errors"

	"github.com/retrygen/retrygen/policy"
)

// PreviewPolicy returns the policies that SetPolicy(method, p) would put into force, and
// changes nothing. There is one for each method of that name in Snapshot, in the same order:
// wrappers of one group can declare a method differently. It returns the error that SetPolicy
// would return.
func (g *Group) PreviewPolicy(method string, p policy.Policy) ([]policy.Policy, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	states := g.methods[method]
	if len(states) == 0 {
		return nil, g.noMethod(method)
	}
	var list []policy.Policy
	var errs []error
	for _, s := range states {
		after := s.declared.Overlay(p)
		list = append(list, after)
		errs = append(errs, s.check(after))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return list, nil
}
