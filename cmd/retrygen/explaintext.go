package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// explainWidth is how many columns an explanation has, unless a name or a path is
// too long for that.
const explainWidth = 100

// noDirectives is printed when there is nothing to explain.
const noDirectives = "no interface has a directive\n"

// explainText writes an explanation for a reader.
func explainText(dir string, e *gen.Explanation) string {
	if len(e.Interfaces) == 0 {
		return noDirectives
	}
	var b strings.Builder
	for i, iface := range e.Interfaces {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s  %s:%d\n", iface.Name, shorten(dir, iface.Pos.Filename), iface.Pos.Line)
		fmt.Fprintf(&b, "wrapped by %s in %s\n", iface.Wrapper, filepath.Base(iface.File))
		t := explainTable{dir: dir, home: filepath.Dir(iface.Pos.Filename)}
		for _, m := range iface.Methods {
			t.measure(m.Parts)
		}
		for _, g := range t.groups(iface.Methods, t.body) {
			b.WriteString("\n")
			g.write(&b)
		}
	}
	return b.String()
}

// A methodGroup is a list of methods that have everything in common but their names
// and places.
type methodGroup struct {
	names []string
	place string // of the first method
	body  string // everything below the names
}

// groups groups the methods that have the same body. The groups are in the order of their
// first methods in the source.
func (t *explainTable) groups(methods []gen.ExplainedMethod, bodyOf func(gen.ExplainedMethod) string) []*methodGroup {
	var list []*methodGroup
	byBody := make(map[string]*methodGroup)
	for _, m := range methods {
		body := bodyOf(m)
		g := byBody[body]
		if g == nil {
			g = &methodGroup{place: t.place(m.Pos), body: body}
			byBody[body] = g
			list = append(list, g)
		}
		g.names = append(g.names, m.Name)
	}
	return list
}

// write writes a method as "Charge  payment.go:32", and several methods as
// "Get, Set, Del (3 methods)". It leaves out names that would need too many lines; explain
// -short and explain -json have them all.
func (g *methodGroup) write(b *strings.Builder) {
	lines := []string{g.names[0] + "  " + g.place}
	if n := len(g.names); n > 1 {
		const most = 5
		count := " (" + strconv.Itoa(n) + " methods)"
		lines = wrap(strings.Join(g.names, ", ")+count, explainWidth-2)
		for shown := n - 1; len(lines) > most; shown-- {
			lines = wrap(strings.Join(g.names[:shown], ", ")+" and "+strconv.Itoa(n-shown)+" more"+count, explainWidth-2)
		}
	}
	for _, line := range lines {
		b.WriteString("  " + line + "\n")
	}
	b.WriteString(g.body)
}

// body returns everything about a method below its name.
func (t *explainTable) body(m gen.ExplainedMethod) string {
	var b strings.Builder
	for _, f := range facts(m) {
		f.write(&b)
	}
	if len(m.Parts) > 0 {
		b.WriteString("\n")
	}
	for _, p := range m.Parts {
		t.row(&b, p)
	}
	return b.String()
}

// A fact follows from all parts of a method together.
type fact struct{ label, text string }

func (f fact) write(b *strings.Builder) {
	const label = 5 // columns
	for i, line := range wrap(f.text, explainWidth-len(explainIndent)-label-2) {
		fmt.Fprintf(b, "%s%-*s  %s\n", explainIndent, label, cell([]string{f.label}, i), line)
	}
}

func facts(m gen.ExplainedMethod) []fact {
	if m.PassesThrough != "" {
		return []fact{{"calls", "pass straight through: " + m.PassesThrough}}
	}
	list := []fact{{"tries", tries(m.Attempts)}}
	if len(m.Waits.Delays) > 0 {
		list = append(list, fact{"waits", bars(m.Waits.Delays) + " " + delays(m)})
	}
	if len(m.Waits.Delays) > 1 && m.Attempts != policy.Unlimited || varies(m.Waits.Total) {
		list = append(list, fact{"", totalText(m.Waits.Total)})
	}
	list = append(list, fact{"call", longest(m.Call)})
	for _, note := range m.Notes {
		list = append(list, fact{"note", note})
	}
	return list
}

func tries(attempts int) string {
	switch attempts {
	case 1:
		return "1"
	case policy.Unlimited:
		return "without limit"
	}
	return "up to " + strconv.Itoa(attempts)
}

// bars draws the greatest delays as blocks. The highest one is a full block.
func bars(list []gen.Delay) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	var highest time.Duration
	for _, d := range list {
		highest = max(highest, d.Greatest)
	}
	picture := make([]rune, len(list))
	for i, d := range list {
		// The share of the highest in eighths, rounded up, as a float64 because the
		// product could overflow.
		eighths := 1
		if highest > 0 {
			eighths = int(float64(d.Greatest)/float64(highest)*8 + 0.999)
		}
		picture[i] = levels[min(max(eighths, 1), len(levels))-1]
	}
	return string(picture)
}

// delays lists the first waits, or says in one word that all are the same.
func delays(m gen.ExplainedMethod) string {
	const most = 6
	var list []string
	for _, d := range m.Waits.Delays {
		text := brief(d.Least)
		if varies(d) {
			text += " to " + brief(d.Greatest)
		}
		list = append(list, text)
	}
	same := !slices.ContainsFunc(list, func(text string) bool { return text != list[0] })
	switch {
	case same && len(list) > 1 && (m.Attempts-1 == len(list) || m.Attempts == policy.Unlimited):
		return list[0] + " each"
	case m.Attempts-1 > most:
		return strings.Join(list[:min(most, len(list))], ", ") + ", and so on"
	}
	return strings.Join(list, ", ")
}

func varies(d gen.Delay) bool { return d.Least < d.Greatest }

func totalText(d gen.Delay) string {
	if !varies(d) {
		return "in all " + brief(d.Greatest)
	}
	return fmt.Sprintf("in all %s at best, %s on average, %s at worst", brief(d.Least), brief(d.Mean), brief(d.Greatest))
}

func longest(c gen.CallTime) string {
	if c.Longest == 0 {
		return "unbounded: " + c.Why
	}
	text := brief(c.Longest) + " at most"
	if c.Fallback != "" {
		text += ", and the fallback " + c.Fallback
	}
	text += ": " + c.Why
	if c.Asked > c.Longest {
		text += "; up to " + brief(c.Asked) + " if errors ask with RetryAfter"
	}
	return text
}

// An explainTable has the columns verb, arguments and origin.
type explainTable struct {
	dir          string // the working directory
	home         string // the folder of the interface, whose files are shown without a path
	verb, origin int    // widths
}

const explainIndent = "    "

func (t *explainTable) measure(parts []gen.Part) {
	for _, p := range parts {
		verb, _, _ := strings.Cut(p.Text, " ")
		t.verb = max(t.verb, width(verb))
		for _, line := range t.origins(p.Origin) {
			t.origin = max(t.origin, width(line))
		}
	}
}

// row writes one part, in as many lines as its longest cell needs.
func (t *explainTable) row(b *strings.Builder, p gen.Part) {
	const gap, least = 2, 24
	room := max(least, explainWidth-len(explainIndent)-t.verb-gap-gap-t.origin)
	verb, args, _ := strings.Cut(p.Text, " ")
	switch {
	case p.Skipped != "":
		args = "skipped: " + p.Skipped
	case p.Shared:
		args += ", shared"
	case ownable[p.Concern] && args != "off":
		args += ", own"
	}
	left, right := wrap(args, room), t.origins(p.Origin)
	for i := range max(len(left), len(right)) {
		line := fmt.Sprintf("%s%-*s  %-*s  %s", explainIndent, t.verb, cell([]string{verb}, i), room, cell(left, i), cell(right, i))
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// ownable are the concerns that methods can share or have on their own.
var ownable = map[grammar.Concern]bool{grammar.ConcernBreaker: true, grammar.ConcernBudget: true, grammar.ConcernLimit: true}

func cell(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// origins says where a part comes from, in lines.
func (t *explainTable) origins(o gen.Origin) []string {
	switch o.Place {
	case gen.OriginDefault, gen.OriginSignature:
		return []string{string(o.Place)}
	case gen.OriginOverride:
		if o.Variable != "" {
			return []string{string(o.Place) + ", " + o.Variable}
		}
		return []string{string(o.Place) + ", " + shorten(t.dir, o.Pos.Filename) + ":" + strconv.Itoa(o.Pos.Line)}
	}
	lines := []string{string(o.Place) + ", " + t.place(o.Pos)}
	if o.Preset != "" {
		lines = append(lines, "preset "+o.Preset+", "+t.place(o.PresetPos))
	}
	return lines
}

func (t *explainTable) place(pos gen.Position) string {
	return shorten(t.home, pos.Filename) + ":" + strconv.Itoa(pos.Line)
}

// wrap breaks a text at spaces into lines of at most the given number of columns. A longer
// word gets its own line. There is always at least one line.
func wrap(text string, columns int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case width(*last)+1+width(word) > columns:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}

func width(text string) int { return utf8.RuneCountInString(text) }

// brief formats a duration without zero units and without digits that no reader needs.
func brief(d time.Duration) string {
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(time.Millisecond)
	case d >= time.Millisecond:
		d = d.Round(10 * time.Microsecond)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
