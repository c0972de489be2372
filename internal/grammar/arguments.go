package grammar

import (
	"cmp"
	"slices"
	"strings"
)

// A reader reads the arguments of a directive whose verb is known, and collects
// errors.
type reader struct {
	*Directive
	rest  []Word
	off   Word // the word "off"; zero when there is none
	other int  // how many words are not "off"
	patch bool // the directive changes one that is in force
	errs  []*Error
}

func (r *reader) read() {
	if r.Verb.Words == CodeAndReason {
		r.codeAndReason()
	}
	for len(r.rest) > 0 {
		word := r.rest[0]
		r.rest = r.rest[1:]
		switch {
		case isComment(word):
			r.fail(errorf(word, "a comment cannot follow a directive on its line").hint("put it on its own line"))
			r.rest = nil
		case isSeveral(word):
			r.fail(errorf(word, "semicolon in %q", word.Text).hint(oneALine))
			r.rest = nil
		case word.Text == "off" && r.Verb.Off:
			r.Off, r.off = true, word
		case strings.Contains(word.Text, "="):
			r.other++
			r.keyed(word)
		default:
			r.other++
			r.bare(word)
		}
	}
	r.complete()
}

func (r *reader) fail(err *Error) { r.errs = append(r.errs, err) }

// skip drops the next word if it satisfies f. It is part of an error that has been
// reported.
func (r *reader) skip(f func(text string) bool) bool {
	if len(r.rest) == 0 || !f(r.rest[0].Text) {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

func isComment(word Word) bool { return strings.HasPrefix(word.Text, "//") }

// isSeveral reports whether a word belongs to several directives. In a text whose
// directives are separated by semicolons, no word does.
func isSeveral(word Word) bool { return strings.Contains(word.Text, ";") }

const noCommas = "separate arguments with spaces, not commas"

const oneALine = "write one directive per line; only presets take semicolons"

func isBare(text string) bool { return !strings.Contains(text, "=") }

// keyed reads key=value.
func (r *reader) keyed(word Word) {
	name, text, _ := strings.Cut(word.Text, "=")
	if name == "" {
		r.fail(errorf(word, "missing key before %q", word.Text))
		return
	}
	key, ok := r.Verb.key(name)
	if !ok {
		r.fail(r.unknownKey(word, name))
		return
	}
	_, given := r.given[name]
	if _, cleared := r.cleared[name]; given || cleared {
		r.fail(errorf(word, "key %q is given twice", name))
		return
	}
	if r.patch && text == "off" && key.clears() {
		r.clear(name, word)
		return
	}
	r.given[name] = word
	if text == "" {
		err := errorf(word, "key %q has no value", name).hint("%s", key.example())
		if r.skip(isBare) {
			err.hint(`no space after "="`)
		}
		r.fail(err)
		return
	}
	value, err := key.parse(text)
	if err != nil {
		if strings.Contains(text, ",") {
			err.Hint = noCommas
		}
		err.Offset, err.Len = word.Offset, len(word.Text)
		r.fail(err)
		return
	}
	r.values[name] = value
}

func (r *reader) unknownKey(word Word, name string) *Error {
	names := r.Verb.keyNames()
	err := errorf(word, "unknown key %q", name).didYouMean(r.Verb.meantKey(name))
	if other := r.Verb.sibling(name); other != "" {
		return err.didYouMean(other)
	}
	switch {
	case err.Hint != "":
	case len(names) == 0:
		err.hint("%s takes no keys", r.Verb.Name)
	default:
		err.hint("%s takes %s", r.Verb.Name, strings.Join(names, ", "))
	}
	return err
}

// bare reads a word without "=".
func (r *reader) bare(word Word) {
	switch r.Verb.Words {
	case Durations:
		r.duration(word)
	case GoNames:
		r.goName(word)
	case Readers:
		r.nameOrMethod(word)
	case Parameters:
		r.name(word, isParameter(word.Text), "a parameter is a Go identifier, and a field of it as in in.Body")
	case Libraries:
		r.name(word, isWord(word.Text), "a word of a library is in lower case, as in grpc or mysql")
	case PresetName:
		r.presetName(word)
	default:
		r.fail(r.stray(word))
	}
}

// isWord reports whether a text can be the word of a library.
func isWord(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// isParameter reports whether a text is the name of a parameter, or of a field below it.
func isParameter(text string) bool {
	for name := range strings.SplitSeq(text, ".") {
		if !isIdentifier(name) {
			return false
		}
	}
	return true
}

// duration reads one delay of a list.
func (r *reader) duration(word Word) {
	delay, hint := readDuration(word.Text)
	_, isKey := r.Verb.key(word.Text)
	_, isVerb := Lookup(word.Text)
	switch {
	case isKey, isVerb, word.Text == "off":
		r.fail(r.stray(word))
		return
	case strings.Contains(word.Text, ","):
		r.fail(errorf(word, "bad duration %q", word.Text).hint(noCommas))
		return
	case hint != "":
		r.fail(errorf(word, "bad duration %q", word.Text).hint("%s", hint))
		return
	case delay < 0:
		r.fail(errorf(word, "%s is out of range: %s", word.Text, kinds[KindDelay].values))
		return
	}
	r.Words = append(r.Words, word)
	r.values[bareDelays] = append(r.values.Delays(), delay)
}

// goName reads Ident or pkg.Ident.
func (r *reader) goName(word Word) {
	hint := "a name is Ident or pkg.Ident, spelled as in the file of the interface"
	switch {
	case strings.Contains(word.Text, ","):
		hint = "separate names with spaces"
	case strings.HasPrefix(word.Text, "*"):
		hint = "name an error type without *; it matches as a value and as a pointer"
	case strings.Contains(word.Text, "("):
		hint = "name the func, do not call it"
	}
	r.name(word, isGoName(word.Text), hint)
}

// nameOrMethod reads Ident, pkg.Ident or .Method.
func (r *reader) nameOrMethod(word Word) {
	if method, ok := strings.CutPrefix(word.Text, "."); ok {
		r.name(word, isIdentifier(method), "a method of the result is a dot and its name, as in .Err")
		return
	}
	r.goName(word)
}

func (r *reader) name(word Word, good bool, hint string) {
	switch {
	case !good:
		r.fail(errorf(word, "bad name %q", word.Text).hint("%s", nameHint(word.Text, hint)))
	case slices.ContainsFunc(r.Words, func(w Word) bool { return w.Text == word.Text }):
		r.fail(errorf(word, "name %q is given twice", word.Text))
	default:
		r.Words = append(r.Words, word)
	}
}

// stray returns the error for a bare word that the verb does not take.
func (r *reader) stray(word Word) *Error {
	if key, ok := r.Verb.key(word.Text); ok {
		err := errorf(word, "key %q has no value", key.Name).hint("%s", key.example())
		if len(r.rest) > 0 && r.rest[0].Text == "=" {
			r.skip(func(string) bool { return true })
			r.skip(isBare)
			err.hint(`no spaces around "="`)
		} else if r.skip(func(text string) bool { return strings.HasPrefix(text, "=") }) {
			err.hint(`no space before "="`)
		}
		return err
	}
	if word.Text == "off" {
		err := errorf(word, "%s cannot be switched off", cmp.Or(r.Verb.Name, "a strategy"))
		switch r.Verb.Concern {
		case ConcernStrategy:
			err.hint("use simple attempts=1 for no retries, or none to switch everything off")
		case ConcernUse:
			err.hint("use none to switch everything off")
		}
		return err
	}
	err := errorf(word, "unexpected word %q", word.Text)
	if word.Text == "," {
		return err.hint(noCommas)
	}
	if name, text, ok := strings.Cut(word.Text, ":"); ok {
		if _, ok := r.Verb.key(name); ok && text != "" {
			return err.hint("did you mean %s?", name+"="+text)
		}
	}
	if _, ok := Lookup(word.Text); ok {
		r.rest = nil // they belong to that directive
		return err.hint("%s starts another directive", word.Text)
	}
	var meant []string
	for i := range r.Verb.Keys {
		key := &r.Verb.Keys[i]
		if _, given := r.given[key.Name]; given || key.Kind == KindGo {
			continue
		}
		if _, bad := key.parse(word.Text); bad == nil {
			meant = append(meant, key.Name+"="+word.Text)
		}
	}
	if meant != nil {
		return err.hint("did you mean %s?", strings.Join(meant, " or "))
	}
	return err.didYouMean(cmp.Or(r.Verb.meantKey(word.Text), r.Verb.meantOff(word.Text)))
}

// complete checks the directive as a whole and fills in the defaults. After an error it
// only relates values: the bad word may be the one that seems to be missing.
func (r *reader) complete() {
	switch {
	case r.Off:
		if r.other > 0 {
			r.fail(errorf(r.off, `"off" cannot be combined with other words`))
		}
		return
	case len(r.errs) > 0:
	case r.Verb.One && len(r.Words) > 1:
		r.fail(errorf(r.Words[1], "%s takes one name", r.Verb.Name))
	case r.Verb.Words == Readers && len(r.Words) > 2:
		r.fail(errorf(r.Words[2], "%s takes a func that reads an error and one that makes results", r.Verb.Name))
	case r.patch:
		if r.Verb.Needs && len(r.given) == 0 && len(r.cleared) == 0 {
			r.fail(r.needs())
		}
	case r.Verb.Words != NoWords && len(r.Words) == 0, r.Verb.Needs && len(r.given) == 0:
		r.fail(r.needs())
	}
	if len(r.errs) == 0 && !r.patch {
		r.fillIn()
	}
	if r.Verb.relate != nil {
		r.errs = append(r.errs, r.Verb.relate(*r.Directive)...)
	}
}

// needs returns the error of a directive that says nothing.
func (d *Directive) needs() *Error {
	err := errorf(d.Name, "%s needs %s", d.Verb.Name, d.Verb.needed()).hint("%s", d.Verb.Example)
	if len(d.cleared) > 0 && d.Verb.Off {
		err.hint("%s off", d.Verb.Name)
	}
	return err
}

// fillIn says what the directive lacks, and gives its keys their defaults.
func (r *reader) fillIn() {
	if r.Verb.lacks != nil {
		r.errs = r.Verb.lacks(*r.Directive)
	}
	for i := range r.Verb.Keys {
		key := &r.Verb.Keys[i]
		if _, said := r.values[key.Name]; !said && key.Default != "" {
			r.values[key.Name] = key.defaultValue()
		}
	}
}
