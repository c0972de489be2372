package grammar

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A Concern is what a verb decides about a call. Of one concern at most one verb
// may stand in a place, and a verb on a method replaces the concern of the
// interface as a whole.
type Concern string

// The concerns.
const (
	ConcernStrategy       Concern = "strategy" // all strategy verbs
	ConcernNone           Concern = "none"     // the verb none, which stands alone
	ConcernTimeout        Concern = "timeout"
	ConcernBreaker        Concern = "breaker"
	ConcernBudget         Concern = "budget"
	ConcernOn             Concern = "on"
	ConcernNot            Concern = "not"
	ConcernIdempotencyKey Concern = "idempotency-key"
	ConcernResult         Concern = "result"
	ConcernHedge          Concern = "hedge"
	ConcernLimit          Concern = "limit"
	ConcernFallback       Concern = "fallback"
	ConcernRewind         Concern = "rewind"
	ConcernReuse          Concern = "reuse"
	ConcernWrap           Concern = "wrap"
	ConcernPreset         Concern = "preset"
	ConcernUse            Concern = "use"
)

// A Place is a set of places where a directive may stand.
type Place uint8

// The places. OnType and OnMethod are the doc comments of an interface and of
// one of its methods; OnPackage is anywhere in a file outside of declarations.
const (
	OnType Place = 1 << iota
	OnMethod
	OnPackage
)

// String returns where the place is, in words.
func (p Place) String() string {
	switch p {
	case OnType:
		return "on an interface"
	case OnMethod:
		return "on a method"
	case OnType | OnMethod:
		return "on an interface or a method"
	case OnPackage:
		return "outside of declarations"
	}
	return "nowhere"
}

// A WordKind is what the bare words after a verb are.
type WordKind uint8

// The kinds of bare words. A verb that takes some needs at least one.
const (
	NoWords    WordKind = iota // none are allowed
	Durations                  // delays, as in schedule 100ms 1s
	GoNames                    // Ident or pkg.Ident, as in on ErrBusy sql.ErrConnDone
	Parameters                 // names of parameters, as in reuse body
	PresetName                 // the name of a preset, one word
)

// A Verb is a row of the table of verbs: all that the parser, the help, the
// reference and the generator know about it.
type Verb struct {
	Name    string
	Concern Concern
	Place   Place
	Keys    []Key    // in canonical order
	Words   WordKind // what bare words it takes
	Numeric bool     // whether it is numbers only, but for keys of KindGo
	Off     bool     // whether "VERB off" is allowed
	Needs   bool     // whether one key at least has to be given
	One     bool     // whether it takes one bare word only

	Args    string // what stands after the verb, for a usage line
	Help    string // one line
	Meaning string // a paragraph of Markdown for the reference
	Example string // a directive with this verb that does parse

	// relate checks what no key can check alone, and lacks which key another one
	// needs beside it. Nil: there is nothing.
	relate, lacks func(d Directive) []*Error
}

// Clash says why a directive with this verb must not stand beside one with the
// other, in the voice of an error's message; "" when it may.
func (v *Verb) Clash(other *Verb) string {
	switch {
	case v == other && (v.Concern == ConcernPreset || v.Concern == ConcernUse):
		return "" // what they stand for may clash
	case v == other:
		return fmt.Sprintf("verb %q is given twice", v.Name)
	case v.Concern == other.Concern:
		return fmt.Sprintf("two strategies, %q and %q", other.Name, v.Name)
	case v.Concern == ConcernNone:
		return fmt.Sprintf("%q stands alone, it cannot be combined with %q", v.Name, other.Name)
	case other.Concern == ConcernNone:
		return fmt.Sprintf("%q stands alone, it cannot be combined with %q", other.Name, v.Name)
	}
	return ""
}

// inPreset reports whether a preset may stand for a directive with this verb: it
// has to mean the same on any interface and on any method.
func (v *Verb) inPreset() bool { return v.Place == OnType|OnMethod && v.Concern != ConcernUse }

// key returns the row of a key of the verb.
func (v *Verb) key(name string) (*Key, bool) {
	i := slices.IndexFunc(v.Keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return nil, false
	}
	return &v.Keys[i], true
}

func (v *Verb) keyNames() []string {
	names := make([]string, len(v.Keys))
	for i, k := range v.Keys {
		names[i] = k.Name
	}
	return names
}

// needed says what a directive with this verb cannot do without.
func (v *Verb) needed() string {
	switch v.Words {
	case Durations:
		return "a delay"
	case GoNames, PresetName:
		return "a name"
	case Parameters:
		return "the name of a parameter"
	}
	return strings.Join(v.keyNames(), "= or ") + "="
}

// Verbs yields the verbs, in the order of the
// reference.
func Verbs() iter.Seq[*Verb] {
	return func(yield func(*Verb) bool) {
		for _, v := range verbs {
			if !yield(v) {
				return
			}
		}
	}
}

// Lookup returns the verb of that name, which is lower case.
func Lookup(name string) (*Verb, bool) {
	i := slices.IndexFunc(verbs, func(v *Verb) bool { return v.Name == name })
	if i < 0 {
		return nil, false
	}
	return verbs[i], true
}

// verbNames returns the names of the verbs.
func verbNames() []string {
	var names []string
	for v := range Verbs() {
		names = append(names, v.Name)
	}
	return names
}
