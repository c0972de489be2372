package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
)

// explainShort writes an explanation with one line for each method:
//
//	PaymentClient.Charge  up to 4 tries, 4.7s at most  exponential-jitter, timeout, breaker (shared)
func explainShort(e *gen.Explanation) string {
	if len(e.Interfaces) == 0 {
		return noDirectives
	}
	type line struct{ name, call, parts string }
	var lines []line
	var name, call int // widths
	for _, iface := range e.Interfaces {
		for _, m := range iface.Methods {
			l := line{iface.Name + "." + m.Name, shortCall(m), shortParts(m.Parts)}
			if m.PassesThrough == "" {
				call = max(call, width(l.call))
			}
			name = max(name, width(l.name))
			lines = append(lines, l)
		}
	}
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-*s  %-*s  %s", name, l.name, call, l.call, l.parts), " ") + "\n")
	}
	return b.String()
}

// shortCall returns how often a method is tried and how long a call takes at most.
func shortCall(m gen.ExplainedMethod) string {
	if m.PassesThrough != "" {
		return "passes straight through: " + m.PassesThrough
	}
	text := tries(m.Attempts) + " tries, "
	if m.Attempts == 1 {
		text = "1 try, "
	}
	if m.Call.Longest == 0 {
		return text + "unbounded"
	}
	return text + brief(m.Call.Longest) + " at most"
}

// shortParts returns the verbs in force, with the names that on and its like list.
func shortParts(parts []gen.Part) string {
	var list []string
	for _, p := range parts {
		verb, args, _ := strings.Cut(p.Text, " ")
		switch {
		case p.Skipped != "" || p.Concern == grammar.ConcernNone:
			continue
		case args == "off", slices.Contains(spelled, p.Concern):
			verb = p.Text
		case p.Shared:
			verb += " (shared)"
		}
		list = append(list, verb)
	}
	return strings.Join(list, ", ")
}

// spelled are the concerns whose arguments are names. Names fit into a line.
var spelled = []grammar.Concern{
	grammar.ConcernOn, grammar.ConcernNot, grammar.ConcernClassify, grammar.ConcernRetryAfter, grammar.ConcernErrorIn, grammar.ConcernResult, grammar.ConcernFallback, grammar.ConcernRewind, grammar.ConcernReuse,
}
