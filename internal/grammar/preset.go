package grammar

import (
	"slices"
	"strings"
	"unicode"
)

// parsePreset reads the verb preset, its name and its directives. The first directive
// follows the name, the others follow semicolons.
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
			break // the comment may contain semicolons
		}
	}
	if !said && len(errs) == 0 {
		errs = append(errs, errorf(preset.Name, "preset needs a directive after its name").hint("%s", preset.Verb.Example))
	}
	return preset, byOffset(append(errs, clashes(preset.Preset)...))
}

// presetHead reads the verb and the name, and returns the words after them.
func presetHead(words []Word) (Directive, []Word, []*Error) {
	name := min(2, len(words))
	d, errs := parseWords(words[:name], false)
	switch {
	case !isVerb(words[1:]):
	case isVerb(words[2:]):
		errs = []*Error{errorf(words[1], "%q is a verb and cannot name a preset", words[1].Text)}
	default:
		name = 1 // the name is missing, and the first directive is in its place
	}
	return d, words[name:], errs
}

// isVerb reports whether the first word is a verb.
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
		return Directive{}, []*Error{errorf(words[0], "%q cannot be part of a preset", v.Name).
			hint("a preset takes directives that may stand on an interface and on a method")}
	}
	return parseWords(words, false)
}

// presetName reads the name after preset or use.
func (r *reader) presetName(word Word) {
	_, isVerb := Lookup(word.Text)
	switch {
	case len(r.Words) > 0, word.Text == "off":
		r.fail(r.stray(word))
	case isVerb && r.Verb.Concern == ConcernPreset:
		r.fail(errorf(word, "preset needs a name before %q", word.Text).hint("%s", r.Verb.Example))
	case isVerb:
		r.fail(errorf(word, "%q is a verb, not a preset", word.Text))
	default:
		r.name(word, isPresetName(word.Text), "a name consists of letters, digits, - and _, and starts with a letter")
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
