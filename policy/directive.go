package policy

import (
	"strings"
	"time"
)

// A Word is a word of a text.
type Word struct {
	Text   string
	Offset int // in bytes from the start of the text that was parsed
}

// A Directive is what one verb and its arguments say.
type Directive struct {
	Verb  *Verb  // nil when there is none of that name
	Name  Word   // the verb as written
	Off   bool   // "VERB off"
	Words []Word // the bare words, "off" left out

	// Preset are the directives that a preset stands for, in the order of the text
	// and each of another concern. Their offsets count from the start of the whole
	// text. Nil for other verbs.
	Preset []Directive

	given  map[string]Word // the words key=value, by key
	values values          // the good ones of given, and defaults
}

// values are the values of a directive by key: int, time.Duration, float64,
// Ratio, Rate or string. Those of bare durations are under bareDurations.
type values map[string]any

const bareDurations = ""

func (v values) count(key string) int              { n, _ := v[key].(int); return n }
func (v values) duration(key string) time.Duration { d, _ := v[key].(time.Duration); return d }
func (v values) factor(key string) float64         { f, _ := v[key].(float64); return f }
func (v values) ratio(key string) Ratio            { r, _ := v[key].(Ratio); return r }
func (v values) text(key string) string            { s, _ := v[key].(string); return s }

// Value returns what the text has behind "key=", and the offset of that word;
// not ok when the directive does not give the key. Defaults are not given.
func (d Directive) Value(key string) (text string, offset int, ok bool) {
	word, ok := d.given[key]
	if !ok {
		return "", 0, false
	}
	_, text, _ = strings.Cut(word.Text, "=")
	return text, word.Offset, true
}

// Apply puts the directive's concern, as a whole and with its defaults, into p.
// A verb that is not numbers only changes nothing.
func (d Directive) Apply(p *Policy) {
	if d.Verb == nil || d.Verb.put == nil {
		return
	}
	if d.Off {
		d.Verb.put(values{}, p)
		*d.Verb.off(p) = true
		return
	}
	d.Verb.put(d.values, p)
}

// ParseDirective reads one directive, a verb and its arguments: what stands
// behind "//retry:" in a comment. It returns all that is wrong, sorted by
// offset, and as much of the directive as is right.
func ParseDirective(text string) (Directive, []*Error) {
	words := split(text, 0)
	if len(words) > 0 {
		if verb, ok := Lookup(words[0].Text); ok && verb.Concern == ConcernPreset {
			return parsePreset(text)
		}
	}
	return parseWords(words)
}

// split cuts a text that begins at offset into words.
func split(text string, offset int) []Word {
	var words []Word
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\t", " "), " ") {
		if part != "" {
			words = append(words, Word{part, offset})
		}
		offset += len(part) + len(" ")
	}
	return words
}

func parseWords(words []Word) (Directive, []*Error) {
	if len(words) == 0 {
		return Directive{}, []*Error{errorf(Word{}, "missing verb")}
	}
	d := Directive{Name: words[0], given: map[string]Word{}, values: values{}}
	verb, ok := Lookup(d.Name.Text)
	if !ok {
		return d, []*Error{unknownVerb(d.Name)}
	}
	d.Verb = verb
	r := reader{Directive: &d, rest: words[1:]}
	r.read()
	return d, byOffset(r.errs)
}

func unknownVerb(at Word) *Error {
	err := errorf(at, "unknown verb %q", at.Text)
	if isSeveral(at) {
		return err.hint(oneALine)
	}
	if name, _, ok := strings.Cut(at.Text, "="); ok {
		example := "exponential attempts=3"
		if v, ok := Lookup(meantVerb(name)); ok {
			example = v.Example
		}
		return err.hint("the verb comes first, and a space after the verb: %s", example)
	}
	if err.didYouMean(meantVerb(at.Text)); err.Hint == "" {
		err.hint("retrygen help directives")
	}
	return err
}
