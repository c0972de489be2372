package grammar

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// This file reads patches. A directive of a patch changes the keys that it names, and keeps
// the others of what is in force.

// anyStrategy is the verb of a part of a patch that names no verb, as in "attempts=6
// base=1s". It changes the strategy in force, whichever that is.
var anyStrategy = &Verb{
	Concern: ConcernStrategy, Numeric: true, Keys: strategyKeys(),
	relate: func(d Directive) []*Error {
		return slices.Concat(relateSimple(d), relateExponentialJitter(d))
	},
}

// strategyKeys returns the keys of all strategies, in canonical order. A test checks that
// keys of the same name take the same values.
func strategyKeys() []Key {
	var keys []Key
	for _, v := range strategyVerbs {
		for _, key := range v.Keys {
			if !slices.ContainsFunc(keys, func(k Key) bool { return k.Name == key.Name }) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// ParsePatch reads the text of a patch. It is a text for [Parse] with three differences: a
// directive need not say all that its verb needs, a part may have only keys of a strategy,
// and KEY=off takes back a key without a default. The directives have no values but those
// that are given. It returns all errors, sorted by offset.
func ParsePatch(text string) ([]Directive, []*Error) {
	return parseList(text, func(words []Word) (Directive, []*Error) {
		if name, _, ok := strings.Cut(words[0].Text, "="); ok && isOfStrategy(name) {
			verb := Word{Offset: words[0].Offset}
			d := Directive{Verb: anyStrategy, Name: verb, given: map[string]Word{}, values: Values{}}
			r := reader{Directive: &d, rest: words, patch: true}
			r.read()
			return d, byOffset(r.errs)
		}
		return parseWords(words, true)
	})
}

// isOfStrategy reports whether a word is most likely meant as a key of a strategy.
func isOfStrategy(name string) bool {
	if _, ok := anyStrategy.key(name); ok {
		return true
	}
	return withKey(name) == nil && anyStrategy.meantKey(name) != ""
}

// withKey returns a verb with numbers that has the key, or nil. Of several strategies, it is
// the one to use when in doubt.
func withKey(name string) *Verb {
	preferred, _ := Lookup("exponential-jitter")
	for _, v := range append([]*Verb{preferred}, verbs...) {
		if key, ok := v.key(name); ok && v.Numeric && key.Kind != KindGo {
			return v
		}
	}
	return nil
}

// clears reports whether a patch can take the key back.
func (k *Key) clears() bool { return k.Default == "" && k.Kind != KindGo }

// clear notes that a patch takes a key back.
func (d *Directive) clear(key string, word Word) {
	if d.cleared == nil {
		d.cleared = make(map[string]Word)
	}
	d.cleared[key] = word
}

// Patches reports whether the directive of a patch names anything but its verb.
func (d Directive) Patches() bool {
	return len(d.given) > 0 || len(d.cleared) > 0 || len(d.Words) > 0
}

// Bare reports whether the directive of a patch names no verb.
func (d Directive) Bare() bool { return d.Verb == anyStrategy }

// label names the directive in messages.
func (d Directive) label() string {
	if d.Bare() {
		return d.Text()
	}
	return d.Verb.Name
}

// Only reports whether the directive of a patch gives a value for that key and names
// nothing else.
func (d Directive) Only(key string) bool {
	_, ok := d.given[key]
	return ok && len(d.given) == 1 && len(d.cleared) == 0 && len(d.Words) == 0
}

// Text writes the directive of a patch: the verb, the bare words, and the keys in
// canonical order.
func (d Directive) Text() string {
	var words []string
	if !d.Bare() {
		words = append(words, d.Verb.Name)
	}
	if d.Off {
		words = append(words, "off")
	}
	for _, delay := range d.values.Delays() {
		words = append(words, format(delay))
	}
	for _, key := range d.Verb.Keys {
		if _, ok := d.cleared[key.Name]; ok {
			words = append(words, key.Name+"=off")
		} else if value, ok := d.values[key.Name]; ok {
			words = append(words, key.Name+"="+key.format(value))
		}
	}
	return strings.Join(words, " ")
}

// Rewrites returns a directive of a patch that sets all keys of a verb: those with values,
// and takes back the others. The values are not checked.
func (v *Verb) Rewrites(values Values) Directive {
	d := Directive{Verb: v, Name: Word{Text: v.Name}, given: map[string]Word{}, values: maps.Clone(values)}
	for _, delay := range values.Delays() {
		d.Words = append(d.Words, Word{Text: format(delay)})
	}
	for i := range v.Keys {
		key := &v.Keys[i]
		if value, ok := values[key.Name]; ok {
			d.given[key.Name] = Word{Text: key.Name + "=" + key.format(value)}
		} else if key.clears() {
			d.clear(key.Name, Word{Text: key.Name + "=off"})
		}
	}
	return d
}

// SwitchesOff returns the directive "VERB off".
func (v *Verb) SwitchesOff() Directive {
	return Directive{Verb: v, Name: Word{Text: v.Name}, Off: true}
}

// Then returns the directive of a patch that does what d and then next do. Both have the
// same concern. An "off" forgets what was said before it, and the other way round.
func (d Directive) Then(next Directive) Directive {
	if d.Off || next.Off || d.Verb.Concern == ConcernNone || next.Verb.Concern == ConcernNone {
		return next
	}
	both := next
	both.given, both.values, both.cleared = maps.Clone(next.given), maps.Clone(next.values), maps.Clone(next.cleared)
	if next.Bare() {
		both.Verb, both.Name = d.Verb, d.Name
	}
	if len(next.Words) == 0 && both.Verb == d.Verb && len(d.Words) > 0 {
		both.Words = d.Words
		both.values = both.values.WithDelays(d.values.Delays())
	}
	for _, key := range both.Verb.Keys {
		if _, cleared := next.cleared[key.Name]; cleared || next.gives(key.Name) || next.drops(key.Name) {
			continue
		}
		if word, ok := d.given[key.Name]; ok {
			both.given[key.Name], both.values[key.Name] = word, d.values[key.Name]
		} else if word, ok := d.cleared[key.Name]; ok {
			both.clear(key.Name, word)
		}
	}
	if next.endsWindow() && !both.gives("rate") && !both.gives("slow-rate") {
		for _, key := range []string{"min", "window"} {
			if !next.gives(key) {
				delete(both.given, key)
				delete(both.values, key)
			}
		}
	}
	next.yield(both.values)
	for key := range both.given { // a value may have given way
		if row, ok := both.Verb.key(key); ok { // if not, Over says so
			both.given[key] = Word{Text: key + "=" + row.format(both.values[key]), Offset: both.given[key].Offset}
		}
	}
	return both
}

// gives reports whether the directive of a patch gives a value for that key.
func (d Directive) gives(key string) bool { _, ok := d.given[key]; return ok }

// endsWindow reports whether the directive of a patch may leave a breaker without a window.
func (d Directive) endsWindow() bool {
	if d.Verb.Concern != ConcernBreaker {
		return false
	}
	_, noRate := d.cleared["rate"]
	_, noSlow := d.cleared["slow"]
	_, noSlowRate := d.cleared["slow-rate"]
	return d.gives("failures") || noRate || noSlow || noSlowRate
}

// drops reports whether the directive of a patch excludes a key that was said before it.
func (d Directive) drops(key string) bool {
	_, noRate := d.cleared["rate"]
	_, noSlow := d.cleared["slow"]
	_, noSlowRate := d.cleared["slow-rate"]
	jitter := d.values.Text("jitter")
	switch {
	case d.Verb.Concern == ConcernBreaker:
		return key == "failures" && d.gives("rate") || key == "rate" && d.gives("failures") ||
			key == "slow" && noSlowRate || key == "slow-rate" && noSlow
	case d.Verb.Concern == ConcernLimit:
		return key == "burst" && noRate
	case d.Verb.Concern == ConcernStrategy && jitter != "":
		return key == "min" && jitter != "full" || key == "factor" && jitter == "decorrelated"
	}
	return false
}

// bounds are the pairs of keys of which the first is at most the second.
var bounds = [][2]string{
	{"attempt", "total"}, {"base", "max"}, {"delay", "max"}, {"min", "max"}, {"cooldown", "max-cooldown"}, {"min", "window"},
}

// yield lowers each of the values that would be greater than its bound, if d gives the bound
// and not the value.
func (d Directive) yield(values Values) {
	for _, pair := range bounds {
		if d.gives(pair[0]) || !d.gives(pair[1]) {
			continue
		}
		switch most := values[pair[1]].(type) {
		case time.Duration:
			if low, ok := values[pair[0]].(time.Duration); ok {
				values[pair[0]] = min(low, most)
			}
		case int:
			if low, ok := values[pair[0]].(int); ok {
				values[pair[0]] = min(low, most)
			}
		}
	}
	most, ok := values["max"].(time.Duration)
	if ok && d.gives("max") && len(d.Words) == 0 {
		delays := slices.Clone(values.Delays())
		for i := range delays {
			delays[i] = min(delays[i], most)
		}
		if delays != nil {
			values[bareDelays] = delays
		}
	}
}

// Over returns the whole directive that a directive of a patch makes of the values in
// force, which are those of a directive with the verb from. It keeps the values of the keys
// that it does not name, if its verb has them. From is nil when nothing is in force. Then
// the other keys have their defaults, as in a directive that stands alone.
func (d Directive) Over(from *Verb, below Values) (Directive, []*Error) {
	whole := Directive{Verb: d.Verb, Name: d.Name, Words: d.Words, given: d.given, cleared: d.cleared, kept: from != nil, values: maps.Clone(d.values)}
	if d.Bare() {
		if from == nil {
			return whole, []*Error{errorf(d.Name, "there are no retries for %s to change", d.Text()).
				hint("name a strategy: exponential-jitter %s", d.Text())}
		}
		whole.Verb, whole.Name.Text = from, from.Name
	}
	if errs := d.foreignTo(whole.Verb); errs != nil {
		return whole, errs
	}
	if from != nil {
		for _, key := range whole.Verb.Keys {
			_, said := whole.values[key.Name]
			_, cleared := d.cleared[key.Name]
			if value, ok := below[key.Name]; ok && !said && !cleared && !d.drops(key.Name) {
				whole.values[key.Name] = value
			}
		}
		if whole.Verb == from && len(d.Words) == 0 && below.Delays() != nil {
			whole.values[bareDelays] = below.Delays()
		}
		d.yield(whole.values)
	}
	if whole.Verb.Needs && len(whole.values) == 0 || whole.Verb.Words == Durations && whole.values.Delays() == nil {
		return whole, []*Error{whole.needs()}
	}
	r := reader{Directive: &whole}
	if r.fillIn(); len(r.errs) == 0 && whole.Verb.relate != nil {
		r.errs = whole.Verb.relate(whole)
	}
	return whole, byOffset(r.errs)
}

// foreignTo returns errors for keys without a verb that the verb in force does not have.
func (d Directive) foreignTo(v *Verb) []*Error {
	if v.Concern != ConcernStrategy {
		return nil
	}
	var errs []*Error
	for _, key := range anyStrategy.Keys {
		word, given := d.given[key.Name]
		if _, has := v.key(key.Name); !given || has {
			continue
		}
		err := errorf(word, "%s, which is in force, has no key %q", v.Name, key.Name)
		if v.Words == Durations {
			err.hint("list the delays, as in %s", v.Example)
		} else {
			err.hint("%s takes %s", v.Name, strings.Join(v.keyNames(), ", "))
		}
		errs = append(errs, err)
	}
	return byOffset(errs)
}

// takesText reports whether a text is the key with a value that it takes.
func (k *Key) takesText(text string) bool {
	_, value, _ := strings.Cut(text, "=")
	_, err := k.parse(value)
	return err == nil
}

// format writes a value of the key so that parse reads it.
func (k *Key) format(value any) string {
	if n, ok := value.(int); ok && k.Kind == KindAttempts {
		return FormatAttempts(n)
	}
	return format(value)
}

// clashOfBare says why a part of a patch without a verb must not stand next to another one
// of a strategy.
func clashOfBare(bare, other Directive) (msg, hint string) {
	first, second := other.Text(), bare.Text()
	if second == "" { // it has a mistake that is reported
		return "", ""
	}
	if other.Bare() {
		return "two lists of keys for one strategy", fmt.Sprintf("write %s %s", first, second)
	}
	return fmt.Sprintf("%s and %s both change the strategy", other.Verb.Name, second), fmt.Sprintf("write %s %s", first, second)
}
