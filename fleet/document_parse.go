package fleet

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/retrygen/retrygen/policy"
)

// MaxDocument is the greatest length of a document in bytes.
const MaxDocument = 256 << 10

const (
	leastFor = time.Second
	mostFor  = 30 * 24 * time.Hour
)

// ParseDocument reads a document. Each section starts with a line that says for how long it
// holds, who has written it and why. The other lines are those of [policy.ParseOverrides], and
// some more:
//
//	for 30m by anna: the bank is slow
//	PaymentClient: attempts=2; timeout total=10s
//	PaymentClient.Balance: breaker off
//	PaymentClient.Refund: force open
//	PaymentClient: mode watch-only
//
//	for 5m by ben: the wrappers are in doubt
//	*: enabled off
//
// The time counts from when the document is put into the store.
//
//	NAME: PATCH                     as SetPolicy does
//	NAME: force open|closed         as Breaker.ForceOpen and ForceClose do
//	NAME: mode on|watch-only|off    as SetBreakerMode does, for the groups that have the interface
//	NAME: enabled off               as SetEnabled(false) does, for the groups that have the interface
//
// NAME is an interface or, for a patch and for force, a method. It can be * except for a patch.
// A method goes over its interface, and an interface over *. A document may have one line of
// each kind for a name. ParseDocument skips empty lines, lines that start with #, and a byte
// order mark at the start. A text without sections is a document that changes nothing.
//
// The error is a *policy.Error, or joins several, sorted by offset; [policy.Errors] lists them.
// Their offsets count from the start of the whole text. With an error, the sections have the
// valid lines.
func ParseDocument(text string) (Sections, error) {
	if len(text) > MaxDocument {
		return nil, &policy.Error{Offset: MaxDocument, Msg: fmt.Sprintf("the document has more than %d bytes", MaxDocument)}
	}
	p := parser{text: text, said: make(map[saying]int)}
	const byteOrderMark = "\ufeff"
	rest := text
	if unmarked, marked := strings.CutPrefix(text, byteOrderMark); marked {
		rest, p.offset = unmarked, len(byteOrderMark)
	}
	for line := range strings.Lines(rest) {
		p.number++
		if words := strings.TrimSpace(line); words != "" && words[0] != '#' {
			p.line(strings.TrimRight(line, "\r\n"))
		}
		p.offset += len(line)
	}
	slices.SortStableFunc(p.errs, func(a, b *policy.Error) int { return cmp.Compare(a.Offset, b.Offset) })
	return p.sections, join(p.errs)
}

// A saying is what only one line of a document may have.
type saying struct {
	name string
	kind Kind
}

// A parser reads a document line by line.
type parser struct {
	text     string
	offset   int // of the line
	number   int // of the line, from 1
	sections Sections
	begun    bool // a line that is meant as the start of a section has been read, or is known to be missing
	open     bool // the section of the line is the last of sections
	said     map[saying]int
	errs     []*policy.Error
}

// fail notes an error at a part of the text.
func (p *parser) fail(part span, msg, hint string) {
	p.errs = append(p.errs, &policy.Error{Offset: part.offset, Len: len(part.text), Msg: msg, Hint: hint})
}

// A span is a part of the text.
type span struct {
	text   string
	offset int
}

// trim returns the span without space around it.
func (s span) trim() span {
	left := strings.TrimLeftFunc(s.text, unicode.IsSpace)
	return span{strings.TrimRightFunc(left, unicode.IsSpace), s.offset + len(s.text) - len(left)}
}

// cut returns what is before and after a separator.
func (s span) cut(separator string) (before, after span, found bool) {
	text, rest, found := strings.Cut(s.text, separator)
	at := s.offset + len(text)
	if found {
		at += len(separator)
	}
	return span{text, s.offset}, span{rest, at}, found
}

// words returns the words of the span.
func (s span) words() []span {
	var words []span
	for rest := s.trim(); rest.text != ""; {
		end := strings.IndexFunc(rest.text, unicode.IsSpace)
		if end < 0 {
			end = len(rest.text)
		}
		words = append(words, span{rest.text[:end], rest.offset})
		rest = span{rest.text[end:], rest.offset + end}.trim()
	}
	return words
}

// line reads a line that is not empty.
func (p *parser) line(text string) {
	line := span{text, p.offset}
	before, after, colon := line.cut(":")
	words := before.words()
	switch {
	case len(words) > 1 && (strings.EqualFold(words[0].text, "for") || len(words) > 3 && words[2].text == "by"):
		p.begin(words, before, after, colon)
	case !p.begun:
		p.begun = true // say it once
		p.fail(line.trim(), "no section has begun", exampleSection)
	default:
		p.change(line, before.trim(), after, colon)
	}
}

const exampleSection = "a section begins with a line like: for 30m by anna: the bank is slow"

// begin reads the first line of a section.
func (p *parser) begin(words []span, before, after span, colon bool) {
	p.begun = true
	failed := len(p.errs)
	section := Section{Offset: words[0].offset, Reason: after.trim().text}
	if words[0].text != "for" {
		p.fail(words[0], fmt.Sprintf("unknown word %q", words[0].text), `did you mean "for"?`)
	}
	d, msg, hint := duration(words[1].text)
	if section.For = d; msg != "" {
		p.fail(words[1], msg, hint)
	}
	end := before.trim()
	missing := span{"", end.offset + len(end.text)}
	switch {
	case len(words) == 2:
		p.fail(missing, "no author", exampleSection)
	case words[2].text != "by":
		p.fail(words[2], fmt.Sprintf("unknown word %q", words[2].text), exampleSection)
	case len(words) == 3:
		p.fail(missing, "no author", exampleSection)
	default:
		section.Author = strings.Join(texts(words[3:]), " ")
		if !printable(section.Author) {
			p.fail(words[3], "the author has characters that cannot be printed", "")
		}
	}
	switch {
	case section.Reason == "" && colon, section.Author != "" && !colon:
		p.fail(span{"", after.offset}, "no reason", exampleSection)
	case !printable(section.Reason):
		p.fail(after.trim(), "the reason has characters that cannot be printed", "")
	}
	if p.open = len(p.errs) == failed; p.open {
		p.sections = append(p.sections, section)
	}
}

// duration reads how long a section holds. Msg is empty if that is fine.
func duration(text string) (d time.Duration, msg, hint string) {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, fmt.Sprintf("bad duration %q", text), "a duration is a number and a unit, as in 90s, 30m or 2h"
	case d < leastFor || d > mostFor:
		return 0, fmt.Sprintf("a section cannot hold for %s", text),
			"it holds for 1s to 720h; what is to stay belongs in the comments of the source, or in Options.Override"
	}
	return d, "", ""
}

// texts returns the texts of spans.
func texts(words []span) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = word.text
	}
	return list
}

// printable reports whether a text can go into a log and onto a terminal as it is.
func printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) < 0
}

// join returns a single error as it is, joins several, and returns nil for none.
func join(errs []*policy.Error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	all := make([]error, len(errs))
	for i, err := range errs {
		all[i] = err
	}
	return errors.Join(all...)
}
