package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

// text writes a review for a terminal: for each interface the advice, and then its methods.
func (p *reviewPage) text() string {
	if len(p.reviewed.Interfaces) == 0 {
		return noDirectives
	}
	var b strings.Builder
	b.WriteString(p.summary() + "\n")
	for _, line := range wrap(p.assumptions(), explainWidth) {
		if line != "" {
			b.WriteString(line + "\n")
		}
	}
	number := 0
	for _, iface := range p.reviewed.Interfaces {
		fmt.Fprintf(&b, "\n%s  %s:%d\n", iface.Name, shorten(p.dir, iface.Pos.Filename), iface.Pos.Line)
		for _, a := range iface.Advice {
			number++
			b.WriteString("\n")
			p.adviceText(&b, number, a, iface)
		}
		common, groups := p.groups(iface)
		if common != nil {
			b.WriteString("\n  all methods\n")
		}
		for _, f := range common {
			reviewFact(&b, f)
		}
		home := filepath.Dir(iface.Pos.Filename)
		for _, g := range groups {
			b.WriteString("\n")
			for _, line := range methodNames(g.names, g.place(home)) {
				b.WriteString("  " + line + "\n")
			}
			for _, f := range g.facts {
				reviewFact(&b, f)
			}
		}
	}
	return b.String()
}

func (p *reviewPage) adviceText(b *strings.Builder, number int, a gen.Advice, iface gen.ReviewedInterface) {
	fmt.Fprintf(b, "  %d. %s: %s  %s\n", number, a.Code, adviceOn(a, iface), p.at(a.Pos))
	for _, f := range adviceFacts(a) {
		reviewFact(b, f)
	}
}

// plainly returns a text of advice without the marks of code.
func plainly(text string) string { return strings.ReplaceAll(text, "`", "") }

// reviewFact writes a fact with its label.
func reviewFact(b *strings.Builder, f fact) {
	const label = 8 // columns
	for i, line := range wrap(plainly(f.text), explainWidth-len(explainIndent)-label-2) {
		fmt.Fprintf(b, "%s%-*s  %s\n", explainIndent, label, cell([]string{f.label}, i), line)
	}
}

// methodNames writes "Charge  payment.go:32", or "Get, Set, Del (3 methods)" in a few lines.
func methodNames(names []string, place string) []string {
	if len(names) == 1 {
		return []string{names[0] + "  " + place}
	}
	const most = 3
	n := len(names)
	count := " (" + strconv.Itoa(n) + " methods)"
	lines := wrap(strings.Join(names, ", ")+count, explainWidth-2)
	for shown := n - 1; len(lines) > most; shown-- {
		lines = wrap(strings.Join(names[:shown], ", ")+" and "+strconv.Itoa(n-shown)+" more"+count, explainWidth-2)
	}
	return lines
}
