package main

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

// A reviewPage is a review that is about to be written, as text, Markdown or JSON.
type reviewPage struct {
	dir      string
	question gen.Question
	reviewed *gen.Reviewed
}

// advice returns how many pieces of advice there are.
func (p *reviewPage) advice() int {
	n := 0
	for _, iface := range p.reviewed.Interfaces {
		n += len(iface.Advice)
	}
	return n
}

// summary says in one line what is reviewed.
func (p *reviewPage) summary() string {
	methods := 0
	for _, iface := range p.reviewed.Interfaces {
		methods += len(iface.Methods)
	}
	text := counted(len(p.reviewed.Interfaces), "interface") + ", " + counted(methods, "method") + ", "
	if n := p.advice(); n == 1 {
		return text + "1 piece of advice"
	} else if n > 0 {
		return text + fmt.Sprintf("%d pieces of advice", n)
	}
	return text + "no advice"
}

// assumptions says what the figures go by; "" if the source alone says it.
func (p *reviewPage) assumptions() string {
	q := p.question
	var list []string
	if q.Rate > 0 {
		text := perSecond(q.Rate) + " calls of each method"
		if q.Processes > 1 {
			text += fmt.Sprintf(" from %d processes, so %s in each", q.Processes, perSecond(q.Rate/float64(q.Processes)))
		}
		list = append(list, text, brief(q.Latency)+" for an answer")
	}
	if q.Deadline > 0 {
		list = append(list, "callers that wait "+brief(q.Deadline))
	}
	if list == nil {
		return ""
	}
	return "Figures for " + strings.Join(list, ", ") + "."
}

// A reviewGroup is a list of methods that are alike in everything but their names.
type reviewGroup struct {
	names  []string
	method gen.ReviewedMethod // the first of them
	facts  []fact
}

// place returns where the group's first method is declared.
func (g *reviewGroup) place(home string) string {
	return fmt.Sprintf("%s:%d", shorten(home, g.method.Pos.Filename), g.method.Pos.Line)
}

// groups returns the methods of an interface, those that are alike together, and the facts
// that all of them have in common. The methods with advice come first, then those whose calls
// take longest. Calls that pass straight through come last, and have no part in common.
func (p *reviewPage) groups(iface gen.ReviewedInterface) (common []fact, list []*reviewGroup) {
	worst := func(m gen.ReviewedMethod) int {
		at := slices.IndexFunc(iface.Advice, func(a gen.Advice) bool { return slices.Contains(a.Methods, m.Name) })
		if at < 0 {
			return len(iface.Advice)
		}
		return at
	}
	longest := func(m gen.ReviewedMethod) float64 {
		switch {
		case m.PassesThrough != "":
			return -1
		case m.Call.Longest == 0:
			return math.Inf(1)
		}
		return m.Call.Longest.Seconds()
	}
	methods := slices.Clone(iface.Methods)
	slices.SortStableFunc(methods, func(a, b gen.ReviewedMethod) int {
		return cmp.Or(cmp.Compare(worst(a), worst(b)), cmp.Compare(longest(b), longest(a)))
	})
	byText := make(map[string]*reviewGroup)
	for _, m := range methods {
		facts := p.facts(m)
		text := fmt.Sprint(facts)
		g := byText[text]
		if g == nil {
			g = &reviewGroup{method: m, facts: facts}
			byText[text] = g
			list = append(list, g)
		}
		g.names = append(g.names, m.Name)
	}
	return takeCommon(list), list
}

// takeCommon takes the facts out of groups that all of them have, if there are several.
func takeCommon(groups []*reviewGroup) []fact {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g *reviewGroup) bool { return g.method.PassesThrough != "" })
	if len(groups) < 2 {
		return nil
	}
	var common []fact
	for _, f := range groups[0].facts {
		if !slices.ContainsFunc(groups, func(g *reviewGroup) bool { return !slices.Contains(g.facts, f) }) {
			common = append(common, f)
		}
	}
	for _, g := range groups {
		g.facts = slices.DeleteFunc(slices.Clone(g.facts), func(f fact) bool { return slices.Contains(common, f) && f.label != loadLabel })
	}
	return slices.DeleteFunc(common, func(f fact) bool { return f.label == loadLabel })
}

// loadLabel is the label of the load, which stays with its method because Markdown has a table
// for it.
const loadLabel = "load"

// facts says what follows from the policy of a method, apart from its load.
func (p *reviewPage) facts(m gen.ReviewedMethod) []fact {
	if m.PassesThrough != "" {
		return []fact{{"calls", "pass straight through: " + m.PassesThrough}}
	}
	list := []fact{{"policy", cmp.Or(shortParts(m.Parts), "-")}, {"time", callText(m)}, {"attempts", attemptsText(m)}}
	if m.Load != nil {
		list = append(list, fact{loadLabel, loadText(m)})
	}
	if len(m.Outages) > 0 && m.Outages[0].Min > 0 {
		o := m.Outages[0]
		list = append(list, fact{"window", fmt.Sprintf("holds %s while all succeed and %s while all fail; min is %d",
			about(o.Working, "attempt"), number(o.InWindow), o.Min)})
	}
	for _, o := range m.Outages {
		list = append(list, outageFact(o))
	}
	for _, note := range m.Notes {
		list = append(list, fact{"sorted", note})
	}
	return append(list, fact{"live", m.Live})
}

// callText says how long a call takes, against the deadline of its caller.
func callText(m gen.ReviewedMethod) string {
	text := longest(m.Call)
	d := m.Deadline
	if d.After == 0 {
		return text
	}
	who := "its callers wait"
	if d.From != "-deadline" {
		who = d.From + ", which calls it, waits"
	}
	text += "; " + who + " " + brief(d.After)
	switch {
	case m.Call.Longest == 0 || m.Call.Longest > d.After:
		text += ", which ends the call"
		if m.Call.Longest > 0 {
			text += " " + brief(m.Call.Longest-d.After) + " earlier"
		}
	default:
		text += ", which is enough"
	}
	return text
}

// attemptsText says how many attempts a call makes through all layers.
func attemptsText(m gen.ReviewedMethod) string {
	text := tries(m.Attempts)
	if m.Copies > 0 {
		text += ", each with up to " + counted(m.Copies, "copy")
	}
	if len(m.Layers) > 0 {
		text = tries(m.All) + " through all layers, " + text + " here"
	}
	for _, l := range m.Layers {
		text += "; " + l.String()
	}
	return text
}

// loadText says how many attempts the dependency gets for each call.
func loadText(m gen.ReviewedMethod) string {
	var fails, alone, budgeted []string
	for _, l := range m.Load {
		fails = append(fails, fmt.Sprintf("%.0f%%", l.Fails*100))
		alone = append(alone, number(l.Attempts))
		budgeted = append(budgeted, number(l.Budgeted))
	}
	text := seriesOf(alone) + " attempts a call while " + seriesOf(fails) + " of them fail"
	switch {
	case m.Burst == 0:
		text += "; no budget bounds that"
	default:
		text += fmt.Sprintf("; with the budget %s, after %d retries in each process", seriesOf(budgeted), m.Burst)
	}
	return text
}

// outageFact says what happens while the dependency is down.
func outageFact(o gen.Outage) fact {
	f := fact{"fails", "each attempt after " + brief(o.Takes)}
	if o.Hangs {
		f = fact{"hangs", "each attempt for " + brief(o.Takes)}
	}
	switch {
	case !o.Breaker:
		f.text += "; no breaker refuses calls"
	case o.Never && o.Min > 0:
		f.text += fmt.Sprintf("; the breaker does not open, because its window holds %s of the %d attempts that min asks for", number(o.InWindow), o.Min)
	case o.Never:
		f.text += "; the breaker does not open"
	default:
		f.text += "; the breaker of a process opens "
		if o.FirstAlone {
			f.text += "at the latest "
		}
		f.text += fmt.Sprintf("%s and %s later", roughly(o.Opens.Seconds()), about(o.Calls, "call"))
		if o.Refused > 0 {
			f.text += ", and then refuses " + percent(o.Refused) + " of the calls"
		}
	}
	if o.Hangs {
		f.text += "; " + underWay(o)
	}
	if o.Budget && (!o.Breaker || o.Never) {
		f.text += "; the budget bounds the retries after " + roughly(o.BudgetLasts.Seconds())
	}
	return f
}

// underWay says how many calls hang at once.
func underWay(o gen.Outage) string {
	guarded := o.Breaker && !o.Never && o.Guarded < o.InFlight-0.5
	var text string
	switch {
	case guarded && math.IsInf(o.InFlight, 1):
		text = about(o.Guarded, "call") + " at once in each process by then"
	case guarded:
		text = about(o.Guarded, "call") + " at once in each process by then, instead of " + number(math.Ceil(o.InFlight))
	case math.IsInf(o.InFlight, 1):
		return "calls do not end, so more and more are under way"
	default:
		text = about(o.InFlight, "call") + " at once in each process"
	}
	if o.Concurrently > 0 && float64(o.Concurrently) < o.InFlight {
		text += fmt.Sprintf(", and the limit lets %d make an attempt", o.Concurrently)
	}
	return text
}

// adviceFacts returns what a piece of advice says below its title.
func adviceFacts(a gen.Advice) []fact {
	list := []fact{{"why", a.Reason}, {"write", a.Write}, {"source", a.Source}}
	if a.Code != unusedAllow {
		list = append(list, fact{"or", fmt.Sprintf("`//retry:allow %s REASON`", a.Code)})
	}
	return list
}

// unusedAllow is the code of the advice that no directive silences.
const unusedAllow = "unused-allow"

// adviceOn returns the methods that advice is about, if it is not about all.
func adviceOn(a gen.Advice, iface gen.ReviewedInterface) string {
	acting := 0
	for _, m := range iface.Methods {
		if m.PassesThrough == "" {
			acting++
		}
	}
	switch n := len(a.Methods); {
	case n == 0 || n == acting && n > 1:
		return iface.Name
	case n > 3:
		return strings.Join(a.Methods[:3], ", ") + fmt.Sprintf(" and %d more", n-3)
	}
	return strings.Join(a.Methods, ", ")
}

// at returns a position relative to the working directory, with slashes.
func (p *reviewPage) at(pos gen.Position) string {
	if !pos.IsValid() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", filepath.ToSlash(shorten(p.dir, pos.Filename)), pos.Line, pos.Column)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// about writes a mean number of things, with two digits below ten.
func about(x float64, noun string) string {
	text := fmt.Sprintf("%.2g", x)
	if x > 10 {
		text = number(math.Ceil(x))
	}
	if text != "1" {
		noun += "s"
	}
	return text + " " + noun
}

// number writes a number with three digits that matter.
func number(x float64) string {
	if math.IsInf(x, 1) {
		return "unlimited"
	}
	if x >= 1000 {
		return fmt.Sprintf("%.0f", x)
	}
	text := fmt.Sprintf("%.3g", x)
	if x < 0.001 {
		text = fmt.Sprintf("%.1g", x)
	}
	return text
}

// roughly writes a time in seconds with three digits that matter.
func roughly(seconds float64) string {
	switch {
	case seconds < 1:
		return number(seconds*1000) + "ms"
	case seconds < 100:
		return number(seconds) + "s"
	case seconds < 6000:
		return number(seconds/60) + "m"
	}
	return number(seconds/3600) + "h"
}

// percent writes a share so that nearly all is not all.
func percent(share float64) string {
	for decimals := range 4 {
		if text := fmt.Sprintf("%.*f", decimals, share*100); text != "100" && !strings.HasPrefix(text, "100.") {
			return text + "%"
		}
	}
	return "nearly all"
}

func perSecond(rate float64) string { return number(rate) + "/s" }

// seriesOf writes a, b and c.
func seriesOf(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
