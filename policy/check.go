package policy

import (
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A Method says what the generated code for a method can do. The zero Method can be
// repeated, has no context and starts no copies.
type Method struct {
	Name    string // "PaymentClient.Charge"
	Context bool   // its attempts end with a context
	Once    string // why a call cannot be repeated; "" when it can
	Hedge   bool   // the generated code can start copies, because the source declares a hedge

	// Declared is the policy that the source declares, including what the method shares with
	// others. [Patch.Fit] goes by it.
	Declared Policy
}

// CheckFor reports everything that a method lacks for the policy: a context for its
// timeout, for example. If the method lacks nothing, CheckFor reports what [Policy.Check]
// does. The policy must be complete, as for Check.
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

// Check reports all errors of a complete policy, to which no other will be added. It
// finds values out of range, unlimited attempts under a budget, and attempts that can
// never start (see [Policy.NeverStarts]). A policy without a budget has the default one,
// so unlimited attempts need Budget.Off.
//
// It does not check strategies of other packages than backoff, nor what depends on a
// method; see [Policy.CheckFor].
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
	if attempt, waited := p.NeverStarts(); attempt != 0 {
		err = errors.Join(err, fmt.Errorf("policy: attempt %d can never start: the delays before it take at least %s, and the total timeout is %s",
			attempt, grammar.FormatDuration(waited), grammar.FormatDuration(p.Timeout.Total)))
	}
	return err
}
