package policy

import (
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A Method is what a policy needs to know of a method that it shall act on. The zero
// Method can be repeated, and has no context.
type Method struct {
	Context bool   // it has a context, which ends its attempts
	Once    string // why a call cannot be repeated; "" when it can be
	Hedge   bool   // the code that was generated for it can start copies
}

// CheckFor reports what a method lacks for a policy to act on it, or else what Check
// reports.
func (p Policy) CheckFor(m Method) error {
	var errs []error
	for _, c := range concerns {
		if c.said(&p) && !c.isOff(&p) {
			for _, reason := range c.lacks(&p, m) {
				errs = append(errs, errors.New(reason))
			}
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return p.Check()
}

// Check reports all that is wrong with a policy that is whole: laid over what is
// under it, and about to act. It finds values out of range, as a Policy made by
// hand may have, unlimited attempts under a budget, and attempts that can never start,
// as [Policy.NeverStarts] tells. As a budget that is not said is the default one,
// unlimited attempts need Budget.Off.
//
// It does not look at strategies that are not of package backoff, nor at what
// depends on a method, such as whether there is a context for a timeout.
func (p Policy) Check() error {
	text, err := p.text()
	if err != nil {
		p.Retry.Strategy = nil
		text, _ = p.text()
	}
	err = readable(text)
	if p.Retry.Attempts == Unlimited && p.Budget == (Budget{}) {
		err = errors.Join(err, errors.New("policy: "+grammar.Endless))
	}
	if attempt, waited := p.NeverStarts(); attempt > 0 {
		err = errors.Join(err, fmt.Errorf("policy: attempt %d can never start: the delays before it take at least %s, and the total timeout is %s",
			attempt, grammar.FormatDuration(waited), grammar.FormatDuration(p.Timeout.Total)))
	}
	return err
}
