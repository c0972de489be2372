package policy

import (
	"fmt"
	"strings"

	"github.com/retrygen/retrygen/internal/grammar"
)

// String returns the canonical text of the policy: the concerns that it says in
// the order of the reference, each with all its keys and their values. For any p
// that came from [Parse], Parse(p.String()) is p. The zero Policy is "".
//
// In a Policy made by hand, a field that is zero is written as the value by
// which it acts: a backoff.Exponential without Factor has factor=2. A share is
// rounded to four decimals of a percent. What no text can say is written all the
// same and not read back, as [Policy.Check] tells: a value out of range as it
// is, and a strategy that is not of package backoff by the name of its Go type
// and its attempts.
func (p Policy) String() string {
	text, _ := p.text()
	return text
}

// text returns the canonical text, and an error when the strategy has none.
func (p Policy) text() (string, error) {
	if p == none() {
		return "none", nil
	}
	var parts []string
	var err error
	for _, c := range concerns {
		if !c.said(&p) {
			continue
		}
		if c.isOff(&p) {
			parts = append(parts, string(c.name)+" off")
			continue
		}
		name, values := c.get(&p)
		if verb, ok := grammar.Lookup(name); ok {
			parts = append(parts, verb.Print(values))
			continue
		}
		foreign := fmt.Sprintf("%T attempts=%s", p.Retry.Strategy, grammar.FormatAttempts(attempts(p.Retry)))
		err = fmt.Errorf("policy: no text for the strategy %s", foreign)
		parts = append(parts, foreign)
	}
	return strings.Join(parts, "; "), err
}

// MarshalText returns the text of String. It returns an error when a policy that
// was made by hand has no text that [Parse] would read.
func (p Policy) MarshalText() ([]byte, error) {
	text, err := p.text()
	if err == nil {
		err = readable(text)
	}
	if err != nil {
		return nil, err
	}
	return []byte(text), nil
}

// readable returns the error of a text that Parse does not read.
func readable(text string) error {
	if _, err := Parse(text); err != nil {
		return fmt.Errorf("policy: %q: %w", text, err)
	}
	return nil
}
