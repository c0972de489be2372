package main

import (
	"cmp"
	"fmt"
	"path/filepath"
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
		list = append(list, fact{"note", note})
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
