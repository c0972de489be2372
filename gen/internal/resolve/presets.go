package resolve

import (
	"go/token"
	"strconv"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// Presets checks the parts of each preset together, and the names in it. It checks unused
// presets too.
func (r *Resolver) Presets() {
	for _, p := range r.Scan.Presets {
		if p.Broken {
			continue
		}
		var all policy.Policy
		var attempts token.Pos
		for _, d := range p.Parts() {
			d.Apply(&all)
			switch d.Verb.Concern {
			case grammar.ConcernOn, grammar.ConcernNot:
				r.matchers(d)
			case grammar.ConcernLibrary:
				(&sorterSet{Resolver: r}).namedBy(d)
			case grammar.ConcernStrategy:
				attempts = d.AttemptsAt()
			}
		}
		r.checkDelays(attempts, "preset "+strconv.Quote(p.PresetName()), all)
	}
}
