package grammar

import (
	"slices"
	"strings"
	"unicode"
)

// parsePreset reads the verb preset with its name, and the directives that it
// stands for: the first behind the name, the others behind semicolons.
func parsePreset(text string) (Directive, []*Error) {
	var preset Directive
	var errs []*Error
	said, offset := false, 0
	for part := range strings.SplitSeq(text, ";") {
		words := split(part, offset)
		offset += len(part) + len(";")
		if preset.Verb == nil {
			preset, words, errs = presetHead(words)
		}
		if len(words) == 0 {
			continue
		}
		said = true
		d, faults := parseInPreset(words)
		errs = append(errs, faults...)
		if d.Verb != nil && d.Verb.inPreset() {
			preset.Preset = append(preset.Preset, d)
		}
		if slices.ContainsFunc(words, isComment) {
			break // a semicolon further on is the comment's
		}
	}
	if !said && len(errs) == 0 {
		errs = append(errs, errorf(preset.Name, "preset needs a directive behind its name").hint("%s", preset.Verb.Example))
	}
	return preset, byOffset(append(errs, clashes(preset.Preset)...))
}

// presetHead reads the verb and the name, and returns the words behind them.
func presetHead(words []Word) (Directive, []Word, []*Error) {
	name := min(2, len(words))
	d, errs := parseWords(words[:name])
	switch {
	case len(errs) == 0 || !isVerb(words[1:]):
	case isVerb(words[2:]):
		errs = []*Error{errorf(words[1], "%q is a verb and cannot name a preset", words[1].Text)}
	default:
		name = 1 // the name is missing, and its place is taken by the first directive
	}
	return d, words[name:], errs
}

// isVerb reports whether a directive begins with the words.
func isVerb(words []Word) bool {
	if len(words) == 0 {
		return false
	}
	_, ok := Lookup(words[0].Text)
	return ok
}

// parseInPreset reads one of the directives of a preset.
func parseInPreset(words []Word) (Directive, []*Error) {
	if v, ok := Lookup(words[0].Text); ok && !v.inPreset() {
		return Directive{}, []*Error{errorf(words[0], "%q cannot stand in a preset", v.Name).
			hint("it holds what may stand on an interface as well as on a method")}
	}
	return parseWords(words)
}

// presetName reads the name behind preset or use.
func (r *reader) presetName(word Word) {
	_, isVerb := Lookup(word.Text)
	switch {
	case len(r.Words) > 0, word.Text == "off":
		r.fail(r.stray(word))
	case isVerb && r.Verb.Concern == ConcernPreset:
		r.fail(errorf(word, "preset needs a name before %q", word.Text).hint("%s", r.Verb.Example))
	case isVerb:
		r.fail(errorf(word, "%q is a verb and no preset", word.Text))
	default:
		r.name(word, isPresetName(word.Text), "a name is letters, digits, - and _, with a letter first")
	}
}

func isPresetName(text string) bool {
	for i, c := range text {
		if !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c) && c != '-' && c != '_') {
			return false
		}
	}
	return text != ""
}
