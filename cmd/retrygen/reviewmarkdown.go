package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

// markdown writes a review as a page for a pull request.
func (p *reviewPage) markdown() string {
	var b strings.Builder
	b.WriteString("# Resilience review\n\n")
	if len(p.reviewed.Interfaces) == 0 {
		return b.String() + "No interface has a directive.\n"
	}
	b.WriteString(p.summary() + ".")
	if text := p.assumptions(); text != "" {
		b.WriteString(" " + text)
	}
	b.WriteString("\n")
	number := 0
	for _, iface := range p.reviewed.Interfaces {
		fmt.Fprintf(&b, "\n## %s\n\n`%s:%d`\n", iface.Name, filepath.ToSlash(shorten(p.dir, iface.Pos.Filename)), iface.Pos.Line)
		if len(iface.Advice) > 0 {
			b.WriteString("\n### Advice\n\n")
		}
		for _, a := range iface.Advice {
			number++
			p.adviceMarkdown(&b, number, a, iface)
		}
		common, groups := p.groups(iface, loadLabel)
		if common != nil {
			b.WriteString("\n### All methods\n")
			factTable(&b, common)
		}
		home := filepath.Dir(iface.Pos.Filename)
		for _, g := range groups {
			title := "`" + strings.Join(g.names, "`, `") + "`"
			if len(g.names) == 1 {
				title += " " + g.place(home)
			}
			fmt.Fprintf(&b, "\n### %s\n", title)
			factTable(&b, g.facts)
			loadTable(&b, g.method)
		}
	}
	return b.String()
}

func (p *reviewPage) adviceMarkdown(b *strings.Builder, number int, a gen.Advice, iface gen.ReviewedInterface) {
	fmt.Fprintf(b, "%d. **%s**: %s, `%s`. %s\n", number, a.Code, escaped(adviceOn(a, iface)), p.at(a.Pos), escaped(a.Reason))
	indent := strings.Repeat(" ", len(fmt.Sprint(number))+2)
	for _, f := range adviceFacts(a)[1:] {
		fmt.Fprintf(b, "%s- %s: %s\n", indent, f.label, escaped(f.text))
	}
}

// factTable writes facts as a table. The load has a table of its own.
func factTable(b *strings.Builder, facts []fact) {
	b.WriteString("\n| | |\n|---|---|\n")
	for _, f := range facts {
		if f.label != loadLabel {
			fmt.Fprintf(b, "| %s | %s |\n", f.label, escaped(f.text))
		}
	}
}

// loadTable writes the load as a table.
func loadTable(b *strings.Builder, m gen.ReviewedMethod) {
	if m.Load == nil {
		return
	}
	head, line, alone, budgeted := "| attempts that fail", "|---", "| attempts a call", fmt.Sprintf("| with the budget, after %d retries in each process", m.Burst)
	for _, l := range m.Load {
		head += fmt.Sprintf(" | %.0f%%", l.Fails*100)
		line += "|---"
		alone += " | " + number(l.Attempts)
		budgeted += " | " + number(l.Budgeted)
	}
	fmt.Fprintf(b, "\n%s |\n%s|\n%s |\n", head, line, alone)
	if m.Burst > 0 {
		b.WriteString(budgeted + " |\n")
	}
}

// escaped makes a text show as it is in Markdown, also in a cell of a table. Code stays code.
func escaped(text string) string {
	marks := strings.NewReplacer("|", "\\|", "*", "\\*", "_", "\\_", "<", "&lt;")
	parts := strings.Split(text, "`")
	for i := range parts {
		if i%2 == 0 {
			parts[i] = marks.Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}
