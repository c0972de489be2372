package fleet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// change reads a line that changes something. If the start of its section is bad, it is only
// checked.
func (p *parser) change(line, name, after span, colon bool) {
	iface, method, dotted := strings.Cut(name.text, ".")
	words := after.words()
	if !colon || iface == "" || dotted && method == "" || len(name.words()) != 1 || !printable(name.text) || len(words) == 0 || strings.Trim(after.text, " \t;") == "" {
		p.fail(line.trim(), fmt.Sprintf("bad line %q", line.trim().text),
			"a line is a name, a colon and what changes, as in PaymentClient.Charge: attempts=2, or PaymentClient: force open")
		return
	}
	failed := len(p.errs)
	l := Line{Name: name.text, Offset: name.offset, At: after.offset}
	if read := readers[words[0].text]; read != nil {
		read(p, &l, words)
	} else if meant := meant(words); meant != "" {
		p.fail(words[0], fmt.Sprintf("unknown word %q", words[0].text), fmt.Sprintf("did you mean %q?", meant))
	} else {
		p.patch(&l, line)
	}
	of := saying{l.Name, l.Kind}
	if first := p.said[of]; first > 0 && len(p.errs) == failed {
		p.fail(name, fmt.Sprintf("line %d already says the %s of %s", first, l.Kind, l.Name), "")
	}
	if len(p.errs) > failed {
		return
	}
	p.said[of] = p.number
	if p.open {
		section := &p.sections[len(p.sections)-1]
		section.Lines = append(section.Lines, l)
	}
}

// readers read what follows a name, by the first word.
var readers = map[string]func(*parser, *Line, []span){
	"force":   (*parser).force,
	"mode":    (*parser).mode,
	"enabled": (*parser).enabled,
}

// meant returns "force", "mode" or "enabled" if the first word is most likely one of them with
// a slip, and cannot be of a policy.
func meant(words []span) string {
	if _, ok := grammar.Lookup(words[0].text); ok || len(words) != 2 {
		return ""
	}
	return grammar.Suggest(words[0].text, kindNames[KindForce:])
}

func (p *parser) patch(l *Line, line span) {
	l.Kind = KindPolicy
	list, err := policy.ParseOverrides(line.text)
	for _, e := range policy.Errors(err) {
		e.Offset += line.offset
		p.errs = append(p.errs, e)
	}
	switch {
	case err != nil:
	case l.Name == All:
		p.fail(span{l.Name, l.Offset}, "a policy needs the name of an interface or a method", "* stands for everything in lines with force, mode or enabled")
	default:
		l.Patch = list[0].Patch
	}
}

func (p *parser) force(l *Line, words []span) {
	l.Kind = KindForce
	states := []string{breaker.Open.String(), breaker.Closed.String()}
	if word := p.choice(words, "state", states, "force open refuses all calls, and force closed admits them"); word != "" {
		_ = l.State.UnmarshalText([]byte(word)) // it is one of the states
	}
}

func (p *parser) mode(l *Line, words []span) {
	l.Kind = KindMode
	modes := []string{breaker.On.String(), breaker.WatchOnly.String(), breaker.Off.String()}
	word := p.choice(words, "mode", modes, "watch-only stops breakers from refusing calls, and they go on counting")
	if word != "" && p.wide(l, "a mode") {
		_ = l.Mode.UnmarshalText([]byte(word)) // it is one of the modes
	}
}

func (p *parser) enabled(l *Line, words []span) {
	l.Kind = KindEnabled
	if p.choice(words, "value", []string{"off"}, "enabled off makes calls pass straight through; to take that back, remove the line") != "" {
		p.wide(l, "enabled")
	}
}

// choice returns the word after the first if it is one of the choices, and the last.
func (p *parser) choice(words []span, what string, choices []string, hint string) string {
	if len(words) == 1 {
		first := words[0]
		p.fail(span{"", first.offset + len(first.text)}, "no "+what+" after "+first.text, hint)
		return ""
	}
	word := words[1]
	if !slices.Contains(choices, word.text) {
		if near := grammar.Suggest(word.text, choices); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		p.fail(word, fmt.Sprintf("unknown %s %q", what, word.text), hint)
		return ""
	}
	if len(words) > 2 {
		p.fail(words[2], fmt.Sprintf("unknown word %q", words[2].text), "a comment has a line of its own, which starts with #")
		return ""
	}
	return word.text
}

// wide reports whether the line is for an interface or for everything.
func (p *parser) wide(l *Line, what string) bool {
	iface, _, method := strings.Cut(l.Name, ".")
	if method {
		p.fail(span{l.Name, l.Offset}, what+" is for all methods of an interface", fmt.Sprintf("write %s, or change the policy of the method: breaker off", iface))
	}
	return !method
}
