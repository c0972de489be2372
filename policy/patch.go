package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A Patch changes a policy key by key. Its text is that of a policy, but a directive changes
// only the keys that it names:
//
//	attempts=6; timeout total=10s; breaker cooldown=1m
//
// A part without a verb has keys of the strategy in force. A part with a verb keeps the keys
// that it does not name of what is in force:
//
//   - Another strategy keeps the keys that both have, such as attempts, base and max.
//   - rate= takes the place of failures=, and failures= that of rate=. jitter=equal and
//     jitter=decorrelated drop the keys that they do not take.
//   - A new bound lowers what it bounds: total=10ms lowers an attempt=1s that the patch does
//     not name. A value that is greater than a bound in force is an error.
//   - KEY=off takes back a key that has no default: "timeout attempt=off".
//   - A verb whose concern is not in force starts with its defaults, as in a comment.
//   - "VERB off" switches a concern off, and a patch that names the verb later switches it
//     on again with the keys that it had. "none" replaces everything.
//
// The zero Patch changes nothing. A Patch does not change after it is made.
type Patch struct{ changes []change }

// A change is a part of a patch. It is about one concern, or about all of them if it is none.
type change struct {
	grammar.Directive

	// foreign replaces the retries instead, by a strategy that no text can say.
	foreign *Retry
}

func (c change) concern() grammar.Concern {
	if c.foreign != nil {
		return grammar.ConcernStrategy
	}
	return c.Verb.Concern
}

func (c change) text() string {
	if c.foreign != nil {
		return Policy{Retry: *c.foreign}.String()
	}
	return c.Text()
}

// ParsePatch reads a patch. The error is an *Error, or joins several, sorted by offset;
// [Errors] lists them. With an error, the Patch is zero. What depends on the policy that the
// patch changes is an error of [Patch.Apply].
func ParsePatch(text string) (Patch, error) {
	directives, faults := grammar.ParsePatch(text)
	if len(faults) > 0 {
		return Patch{}, join(converted(faults))
	}
	var x Patch
	for _, d := range directives {
		x.changes = append(x.changes, change{Directive: d})
	}
	return x.sorted(), nil
}

// Patch returns the patch that replaces each concern that p says, as a whole. It takes back
// the keys that p does not have.
func (p Policy) Patch() Patch {
	var x Patch
	if p.isNone() {
		x, _ = ParsePatch("none") // it has no mistake
		return x
	}
	for _, c := range concerns {
		if !c.said(&p) {
			continue
		}
		name, values := c.get(&p)
		verb, ok := grammar.Lookup(name)
		switch {
		case c.isOff(&p):
			x.changes = append(x.changes, change{Directive: verb.SwitchesOff()})
		case !ok:
			x.changes = append(x.changes, change{foreign: &p.Retry})
		default:
			x.changes = append(x.changes, change{Directive: verb.Rewrites(values)})
		}
	}
	return x
}

// IsZero reports whether the patch changes nothing.
func (x Patch) IsZero() bool { return len(x.changes) == 0 }

// String returns the canonical text: the concerns in the order of [Policy.String], with the
// keys that the patch names. For each x that came from [ParsePatch] or [Patch.Then],
// ParsePatch(x.String()) is a patch that does the same.
func (x Patch) String() string {
	texts := make([]string, len(x.changes))
	for i, c := range x.changes {
		texts[i] = c.text()
	}
	return strings.Join(texts, "; ")
}

// MarshalText returns the text of [Patch.String]. It returns an error if [ParsePatch] would
// refuse that text.
func (x Patch) MarshalText() ([]byte, error) {
	text := x.String()
	if _, err := ParsePatch(text); err != nil {
		return nil, err
	}
	return []byte(text), nil
}

// UnmarshalText sets x to the result of [ParsePatch]. With an error, x does not change.
func (x *Patch) UnmarshalText(text []byte) error {
	parsed, err := ParsePatch(string(text))
	if err != nil {
		return err
	}
	*x = parsed
	return nil
}

// Concerns returns the names of the concerns that the patch is about, in the order of
// String: "strategy" or the verb. For none it returns all of them.
func (x Patch) Concerns() []string {
	var names []string
	for _, c := range concerns {
		if slices.ContainsFunc(x.changes, func(p change) bool { return p.concern() == c.name || p.concern() == grammar.ConcernNone }) {
			names = append(names, string(c.name))
		}
	}
	return names
}

// Then returns the patch that does what x and then next do. Where both name a key, that of
// next counts. An "off" forgets the keys of x, and a verb after an "off" goes back to what
// the patch is applied to.
func (x Patch) Then(next Patch) Patch {
	merged := slices.Clone(x.changes)
	for _, c := range next.changes {
		if c.concern() == grammar.ConcernNone {
			return next
		}
		if len(merged) > 0 && merged[0].concern() == grammar.ConcernNone {
			merged = spelledOut()
		}
		i := slices.IndexFunc(merged, func(earlier change) bool { return earlier.concern() == c.concern() })
		switch {
		case i < 0:
			merged = append(merged, c)
		case c.foreign != nil:
			merged[i] = c
		case merged[i].foreign != nil:
			merged[i] = c.onForeign(*merged[i].foreign)
		default:
			merged[i] = change{Directive: merged[i].Directive.Then(c.Directive)}
		}
	}
	return Patch{merged}.sorted()
}

// onForeign returns what c makes of a strategy that no text can say: one with another number
// of attempts, or else another strategy.
func (c change) onForeign(r Retry) change {
	if c.Bare() && c.Only("attempts") {
		r.Attempts = c.Values().Count("attempts")
		return change{foreign: &r}
	}
	return c
}

// spelledOut returns what none does, concern by concern, so that other changes may follow.
func spelledOut() []change {
	x, _ := ParsePatch("simple attempts=1") // it has no mistake
	for _, c := range concerns {
		if verb, ok := grammar.Lookup(string(c.name)); ok {
			x.changes = append(x.changes, change{Directive: verb.SwitchesOff()})
		}
	}
	return x.changes
}

// sorted puts the changes into the order of the table of concerns.
func (x Patch) sorted() Patch {
	place := func(c change) int {
		return slices.IndexFunc(concerns, func(row concern) bool { return row.name == c.concern() })
	}
	slices.SortStableFunc(x.changes, func(a, b change) int { return place(a) - place(b) })
	return x
}

// Apply returns the policy that the patch makes of p. The error names every value that
// does not fit to what p says, such as a base that is longer than the max in force; it is as
// for [ParsePatch]. The result is not checked as a whole; see [Policy.CheckFor].
func (x Patch) Apply(p Policy) (Policy, error) {
	var errs []*Error
	for _, c := range x.changes {
		errs = append(errs, c.apply(&p)...)
	}
	if len(errs) > 0 {
		return Policy{}, join(errs)
	}
	return p, nil
}

// apply changes p.
func (c change) apply(p *Policy) []*Error {
	switch {
	case c.foreign != nil:
		p.Retry = *c.foreign
		return nil
	case c.Verb.Concern == grammar.ConcernNone:
		*p = none()
		return nil
	}
	row := rowOf(c.Verb.Concern)
	if row.off != nil {
		*row.off(p) = c.Off // the other fields stay, for a later patch
	}
	if c.Off {
		return nil
	}
	var from *grammar.Verb
	var below grammar.Values
	if row.said(p) && (row.name != grammar.ConcernStrategy || p.Retry.inForce()) {
		name, values := row.get(p)
		foreign := name == ""
		same := c.Bare() || c.Verb.Name == name
		switch {
		case same && !foreign && !c.Patches():
			return nil // also the fields that no text shows stay as they are
		case same && c.Only("attempts") && name != "schedule":
			p.Retry.Attempts = c.Values().Count("attempts")
			return nil
		case same && foreign:
			return []*Error{errorf(c.Name.Offset, c.Text(), fmt.Sprintf("the strategy in force is %T, which takes only attempts", p.Retry.Strategy), "")}
		case foreign:
			name, values = c.Verb.Name, grammar.Values{"attempts": attempts(p.Retry)}
		}
		from, _ = grammar.Lookup(name)
		below = values
	}
	whole, errs := c.Over(from, below)
	if len(errs) == 0 {
		row.clear(p)
		row.put(p, whole.Verb.Name, whole.Values())
	}
	return converted(errs)
}
