package policy

import (
	"fmt"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A Skip is a change of a patch for an interface that does not apply to one of its methods.
type Skip struct {
	Concern string // "strategy" or the verb
	Text    string // of the change
	Why     string // the reason, as in "the method has no context"
}

// Fit returns what a patch for a whole interface does to one of its methods, and what it
// leaves out for it. It leaves out what the method cannot have, and what its source does not
// give it: retries for a method that makes one attempt, a breaker, a budget, a limit or a
// hedge, and everything that the source switches off. A timeout is for every method with a
// context. "off" and none are for all methods. A patch for the method itself can do more.
func (x Patch) Fit(m Method) (fits Patch, left []Skip) {
	for _, c := range x.changes {
		why := ""
		if name := c.concern(); name != grammar.ConcernNone && !c.Off {
			why = rowOf(name).leavesOut(m)
		}
		if why == "" {
			if p, err := (Patch{[]change{c}}).Apply(m.Declared); err == nil && c.concern() != grammar.ConcernNone && !c.Off {
				if lacks := rowOf(c.concern()).lacks(&p, m); len(lacks) > 0 {
					why = lacks[0]
				}
			}
		}
		if why != "" {
			left = append(left, Skip{Concern: string(c.concern()), Text: c.text(), Why: why})
			continue
		}
		fits.changes = append(fits.changes, c)
	}
	return fits, left
}

// leavesOut says why a patch for an interface leaves out the concern for a method.
func (c *concern) leavesOut(m Method) string {
	switch {
	case c.isOff(&m.Declared):
		return fmt.Sprintf("the source switches the %s off", c.name)
	case c.name == grammar.ConcernTimeout:
		return ""
	case c.name == grammar.ConcernStrategy:
		if m.Declared.Retry.Attempts <= 1 {
			return "the source gives the method one attempt"
		}
	case !c.said(&m.Declared):
		return fmt.Sprintf("the source gives the method no %s", c.name)
	}
	return ""
}
