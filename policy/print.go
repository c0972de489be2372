package policy

import (
	"fmt"
	"strings"

	"github.com/retrygen/retrygen/internal/grammar"
)

// String returns the canonical text of the policy: each concern that it says, with all
// keys and values. For each p that came from [Parse], Parse(p.String()) is p. The text of
// the zero Policy is "".
//
// In a Policy made by hand, the text of a zero field is the value that takes effect: a
// backoff.Exponential without Factor has factor=2. A share is rounded to four decimals of
// a percent. Some policies have a text that Parse refuses: one with a value out of range,
// and one whose strategy is not from package backoff, for which the text has the Go type
// and the attempts. [Policy.Check] and [Policy.MarshalText] report such values.
func (p Policy) String() string {
	text, _ := p.text()
	return text
}

// text returns the canonical text, and an error for a strategy without one.
func (p Policy) text() (string, error) {
	if p.isNone() {
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

// MarshalText returns the text of [Policy.String]. It returns an error if [Parse] would
// refuse that text.
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

// readable returns the error of a text that Parse refuses.
func readable(text string) error {
	if _, err := Parse(text); err != nil {
		return fmt.Errorf("policy: %q: %w", text, err)
	}
	return nil
}
