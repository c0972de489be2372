package grammar

import (
	"fmt"
	"strings"
)

const helpIntro = `A directive is a comment //retry:VERB ARGS in the doc comment of an interface or
of a method. On an interface it is the default for all methods. On a method it
replaces what the interface says about the same concern, as a whole:

	// PaymentClient moves money.
	//
	//retry:exponential-jitter attempts=4 base=100ms max=2s
	//retry:timeout attempt=1s total=5s
	type PaymentClient interface {
		//retry:not ErrDeclined
		Charge(ctx context.Context, req *ChargeRequest) (*Receipt, error)
	}

Write no space before retry and none around "=". The values shown after a key are
its defaults. An interface or a method has at most one strategy. A method without
a strategy makes one attempt. "retrygen help VERB" explains one verb.
`

// Help returns the text of "retrygen help directives": all verbs and their keys, for
// a terminal.
func Help() string {
	var b strings.Builder
	b.WriteString(helpIntro)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s\n\n", g.title)
		for _, v := range g.verbs {
			fmt.Fprintf(&b, "  %s\n      %s\n", v.usage(), v.Help)
			if v.Concern != ConcernStrategy {
				helpKeys(&b, "      ", v.Keys)
			}
		}
		if keys := g.strategyKeys(); len(keys) != 0 {
			b.WriteString("\n  Their keys:\n")
			helpKeys(&b, "      ", keys)
		}
	}
	return b.String()
}

// HelpOn returns the text of "retrygen help VERB". When there is no such verb, it is
// not ok, and hint names the verb that was probably meant; "" when none is near.
func HelpOn(verb string) (text, hint string, ok bool) {
	v, ok := Lookup(verb)
	if !ok {
		return "", meantVerb(verb), false
	}
	var b strings.Builder
	fmt.Fprintf(&b, "//retry:%s\n    %s\n", v.usage(), v.Help)
	if len(v.Keys) > 0 {
		b.WriteString("\n")
		helpKeys(&b, "    ", v.Keys)
	}
	for paragraph := range strings.SplitSeq(v.Meaning, "\n") {
		b.WriteString(wrapped(paragraph))
	}
	fmt.Fprintf(&b, "\nIt stands %s. For example:\n\n    //retry:%s\n", v.Place, v.Example)
	return b.String(), "", true
}

// helpKeys lists keys with their ranges in aligned columns.
func helpKeys(b *strings.Builder, indent string, keys []Key) {
	var width int
	for _, k := range keys {
		width = max(width, len(k.Name))
	}
	for _, k := range keys {
		fmt.Fprintf(b, "%s%-*s  %s (%s)\n", indent, width+len("="), k.Name+"=", strings.ReplaceAll(k.Help, "`", ""), k.takes())
	}
}

// wrapped returns a line of Markdown for a terminal: without backquotes, and cut into
// lines of at most 80 columns. A blank line precedes it, unless it is an item of a list.
func wrapped(line string) string {
	const columns = 80
	var b strings.Builder
	indent := ""
	if strings.HasPrefix(line, "- ") {
		indent = "  "
	} else if line != "" {
		b.WriteString("\n")
	}
	width := 0
	for _, word := range strings.Fields(strings.ReplaceAll(line, "`", "")) {
		n := len([]rune(word))
		switch {
		case width == 0:
		case width+1+n > columns:
			b.WriteString("\n" + indent)
			width = len(indent)
		default:
			b.WriteString(" ")
			width++
		}
		b.WriteString(word)
		width += n
	}
	if width > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// usage returns the verb with its arguments and their defaults.
func (v *Verb) usage() string {
	words := []string{v.Name}
	if v.Args != "" {
		words = append(words, v.Args)
	}
	for _, k := range v.Keys {
		words = append(words, k.Name+"="+k.Default)
	}
	text := strings.Join(words, " ")
	if v.Off {
		text += " | off"
	}
	return text
}

// strategyKeys returns the keys of the group's strategies, each once, because a key
// means the same in each of them.
func (g group) strategyKeys() []Key {
	var keys []Key
	seen := make(map[string]bool)
	for _, v := range g.verbs {
		for _, k := range v.Keys {
			if v.Concern == ConcernStrategy && !seen[k.Name] {
				seen[k.Name] = true
				keys = append(keys, k)
			}
		}
	}
	return keys
}
