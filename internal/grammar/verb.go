package grammar

import (
	"iter"
	"slices"
	"strings"
)

// A Concern is what a verb decides about a call. One place has at most one verb for
// each concern, and a verb on a method replaces that concern of the interface as a
// whole.
type Concern string

// The concerns.
const (
	ConcernStrategy       Concern = "strategy" // all strategy verbs
	ConcernNone           Concern = "none"     // the verb none, which excludes all others
	ConcernTimeout        Concern = "timeout"
	ConcernBreaker        Concern = "breaker"
	ConcernBudget         Concern = "budget"
	ConcernOn             Concern = "on"
	ConcernNot            Concern = "not"
	ConcernIdempotencyKey Concern = "idempotency-key"
	ConcernClassify       Concern = "classify"
	ConcernRetryAfter     Concern = "retry-after"
	ConcernLibrary        Concern = "library"
	ConcernErrorIn        Concern = "error-in"
	ConcernResult         Concern = "result"
	ConcernHedge          Concern = "hedge"
	ConcernLimit          Concern = "limit"
	ConcernFallback       Concern = "fallback"
	ConcernRewind         Concern = "rewind"
	ConcernReuse          Concern = "reuse"
	ConcernStream         Concern = "stream"
	ConcernWrap           Concern = "wrap"
	ConcernAllow          Concern = "allow" // any number of them may stand in one place
	ConcernPreset         Concern = "preset"
	ConcernUse            Concern = "use"
)

// A Place is a set of places where a directive may stand.
type Place uint8

// The places. OnType is the doc comment of an interface, OnMethod that of one of its
// methods. OnPackage is anywhere in a file outside declarations.
const (
	OnType Place = 1 << iota
	OnMethod
	OnPackage
)

// String describes the place, as in "on a method".
func (p Place) String() string {
	switch p {
	case OnType:
		return "on an interface"
	case OnMethod:
		return "on a method"
	case OnType | OnMethod:
		return "on an interface or a method"
	case OnPackage:
		return "outside declarations"
	}
	return "nowhere"
}

// A WordKind says what the bare words after a verb are.
type WordKind uint8

// The kinds of bare words. A verb that takes bare words needs at least one.
const (
	NoWords       WordKind = iota // the verb takes none
	Durations                     // delays, as in schedule 100ms 1s
	GoNames                       // Ident or pkg.Ident, as in on ErrBusy sql.ErrConnDone
	Readers                       // a func and perhaps another, or methods of a result, as in error-in .Err .SetErr
	Parameters                    // names of parameters, as in reuse body
	Libraries                     // words of libraries, as in library grpc
	PresetName                    // the name of a preset, one word
	CodeAndReason                 // a code of advice and the rest of the line, as in allow no-jitter it polls
)

// A Verb is a row of the table of verbs. It is all that the reader, the help, the
// reference and the generator know about the verb.
type Verb struct {
	Name    string
	Concern Concern
	Place   Place
	Keys    []Key    // in canonical order
	Words   WordKind // what bare words it takes
	Numeric bool     // whether its values are numbers, except those of KindGo
	Off     bool     // whether "VERB off" is allowed
	Needs   bool     // whether at least one key must be given
	One     bool     // whether it takes only one bare word

	Args    string // the bare words in a usage line
	Help    string // one line
	Meaning string // paragraphs of Markdown, for the reference
	Example string // a valid directive with this verb

	// relate checks values against each other. lacks checks that the keys which one
	// key needs are given too. Nil: there is nothing to check.
	relate, lacks func(d Directive) []*Error
}

// inPreset reports whether the verb may be part of a preset. It must mean the same
// on each interface and on each method.
func (v *Verb) inPreset() bool {
	return v.Place == OnType|OnMethod && v.Concern != ConcernUse && v.Concern != ConcernAllow
}

// key returns the row of the verb's key with that name.
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

// needed names what a directive with this verb must have.
func (v *Verb) needed() string {
	switch v.Words {
	case Durations:
		return "a delay"
	case GoNames, PresetName:
		return "a name"
	case Readers:
		return "a func, or a method of the result as in .Err"
	case Libraries:
		return "the word of a library"
	case Parameters:
		return "the name of a parameter"
	case CodeAndReason:
		return "a code and a reason"
	}
	return strings.Join(v.keyNames(), "= or ") + "="
}

// Verbs yields the verbs, in the order of the reference.
func Verbs() iter.Seq[*Verb] {
	return func(yield func(*Verb) bool) {
		for _, v := range verbs {
			if !yield(v) {
				return
			}
		}
	}
}

// Lookup returns the verb with that name. Names are lower case.
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
