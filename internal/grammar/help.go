package grammar

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

const helpIntro = `A directive is a comment //retry:VERB ARGS in the doc comment of an interface,
as the default for its methods, or of a method, where it replaces what the
interface says of the same concern as a whole:

	// PaymentClient moves money.
	//
	//retry:exponential-jitter attempts=4 base=100ms max=2s
	//retry:timeout attempt=1s total=5s
	type PaymentClient interface {
		//retry:not ErrDeclined
		Charge(ctx context.Context, req *ChargeRequest) (*Receipt, error)
	}

There is no space before retry, and none around "=". The values shown behind a
key are those that act when it is not given. One strategy at most stands in a
place; a method without one makes a single attempt.
`

// Help returns the text of "retrygen help directives": every verb that acts in
// this version and its keys, for a terminal.
func Help() string {
	var b strings.Builder
	b.WriteString(helpIntro)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s\n\n", g.title)
		for _, v := range g.verbs() {
			fmt.Fprintf(&b, "  %s\n      %s\n", v.usage(), v.Help)
			if v.Concern != ConcernStrategy {
				helpKeys(&b, "      ", v.Keys)
			}
		}
		if keys := g.strategyKeys(); len(keys) > 0 {
			b.WriteString("\n  Their keys:\n")
			helpKeys(&b, "      ", keys)
		}
	}
	return b.String()
}

// helpKeys lists keys with their ranges in aligned columns.
func helpKeys(b *strings.Builder, indent string, keys []Key) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, k := range keys {
		fmt.Fprintf(w, "%s%s=\t%s (%s)\n", indent, k.Name, k.Help, k.takes())
	}
	w.Flush() // a strings.Builder does not fail
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

// A group is a section of the help and of the reference.
type group struct {
	title    string
	intro    string // a paragraph of Markdown
	concerns []Concern
}

var groups = []group{
	{
		title: "Strategies",
		intro: "A strategy says how often a call is tried and how long the waits are. `attempts` counts all tries, the first one included. " +
			"When many clients may fail at the same moment, take one that draws its delays at random, `exponential-jitter` for example: with the others the clients come back at the same moment too.",
		concerns: []Concern{ConcernStrategy, ConcernNone},
	},
	{
		title:    "Bounds and guards",
		intro:    "These bound what a call, and what all calls together, may cost. They act with or without a strategy.",
		concerns: []Concern{ConcernTimeout, ConcernBreaker, ConcernBudget, ConcernLimit},
	},
	{
		title:    "What is retried",
		intro:    "Names are Go, and they are resolved and type-checked when the code is generated. They are separated by spaces.",
		concerns: []Concern{ConcernOn, ConcernNot, ConcernResult},
	},
	{
		title:    "Beside and after the attempts",
		intro:    "A copy of an attempt that is late, and what is done when none has succeeded.",
		concerns: []Concern{ConcernHedge, ConcernFallback},
	},
	{
		title:    "Keys, parameters and the generated code",
		intro:    "These concern the code that is generated more than the policy.",
		concerns: []Concern{ConcernIdempotencyKey, ConcernRewind, ConcernReuse, ConcernWrap},
	},
	{
		title:    "Presets",
		intro:    "What many methods say is said once for the package, and gets a name.",
		concerns: []Concern{ConcernPreset, ConcernUse},
	},
}

// verbs returns the group's verbs that act in this version.
func (g group) verbs() []*Verb {
	var list []*Verb
	for _, c := range g.concerns {
		for v := range Verbs() {
			if v.Concern == c {
				list = append(list, v)
			}
		}
	}
	return list
}

// strategyKeys returns the keys of the group's strategies, each once: they mean
// the same with each.
func (g group) strategyKeys() []Key {
	var keys []Key
	seen := make(map[string]bool)
	for _, v := range g.verbs() {
		for _, k := range v.Keys {
			if v.Concern == ConcernStrategy && !seen[k.Name] {
				seen[k.Name] = true
				keys = append(keys, k)
			}
		}
	}
	return keys
}
