// Package grammar reads directives: the text after //retry: in a comment, and the text
// of a policy. It turns a text into a [Directive] with its [Values], and reports each
// mistake as an [Error] with an offset.
//
// One table of verbs describes the whole grammar. The reader, the help, the reference in
// docs/directives.md and the generator use it. The package does not know what a
// directive does. Package policy turns directives into a Policy; the generator resolves
// their Go names.
package grammar

import "strings"

// A Word is a word of a text.
type Word struct {
	Text   string
	Offset int // in bytes from the start of the text that was parsed
}

// A Directive is one verb with its arguments.
type Directive struct {
	Verb  *Verb  // nil when there is no verb of that name
	Name  Word   // the verb as written
	Off   bool   // "VERB off"
	Words []Word // the bare words without "off"

	// Preset has the directives of a preset, in the order of the text. Each has its own
	// concern. Their offsets count from the start of the whole text. Nil for other
	// verbs.
	Preset []Directive

	given   map[string]Word // the words key=value, by key
	cleared map[string]Word // the words key=off of a patch, by key
	kept    bool            // some values are of what a patch changes
	values  Values          // the valid ones of given, those that are kept, and defaults
}

// Values returns the values of a valid directive by key, including defaults. A
// directive that is Off has none.
func (d Directive) Values() Values { return d.values }

// Value returns the text after "key=" and the offset of that word. It is not ok when
// the text does not give the key, even if the key has a default.
func (d Directive) Value(key string) (text string, offset int, ok bool) {
	word, ok := d.given[key]
	if !ok {
		return "", 0, false
	}
	_, text, _ = strings.Cut(word.Text, "=")
	return text, word.Offset, true
}

// Numbers returns the text of the directive for package policy, which leaves out
// keys whose values are Go names. It is "" when the verb takes no numbers.
func (d Directive) Numbers() string {
	if d.Verb == nil || !d.Verb.Numeric {
		return ""
	}
	words := []string{d.Verb.Name}
	if d.Off {
		words = append(words, "off")
	}
	for _, word := range d.Words {
		words = append(words, word.Text)
	}
	for _, key := range d.Verb.Keys {
		if word, ok := d.given[key.Name]; ok && key.Kind != KindGo {
			words = append(words, word.Text)
		}
	}
	return strings.Join(words, " ")
}

// ParseDirective reads one directive: the text after "//retry:" in a comment. It
// returns all errors, sorted by offset, and what is valid of the directive.
func ParseDirective(text string) (Directive, []*Error) {
	words := split(text, 0)
	if len(words) > 0 {
		if verb, ok := Lookup(words[0].Text); ok && verb.Concern == ConcernPreset {
			return parsePreset(text)
		}
	}
	return parseWords(words, false)
}

// split cuts a text that starts at offset into words.
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

// parseWords reads one directive, which may be one of a patch.
func parseWords(words []Word, patch bool) (Directive, []*Error) {
	if len(words) == 0 {
		return Directive{}, []*Error{errorf(Word{}, "missing verb")}
	}
	d := Directive{Name: words[0], given: map[string]Word{}, values: Values{}}
	verb, ok := Lookup(d.Name.Text)
	if !ok {
		return d, []*Error{unknownVerb(d.Name)}
	}
	d.Verb = verb
	r := reader{Directive: &d, rest: words[1:], patch: patch}
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
		} else if v := withKey(name); v != nil {
			key, _ := v.key(name)
			if example = v.Name + " " + at.Text; !key.takesText(at.Text) {
				example = v.Name + " " + key.example()
			}
		}
		return err.hint("the verb comes first, then a space: %s", example)
	}
	if err.didYouMean(meantVerb(at.Text)); err.Hint == "" {
		err.hint("retrygen help directives")
	}
	return err
}
