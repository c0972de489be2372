package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/libraries"
)

// explainError writes what happens when one error comes, for methods that are alike in
// that together.
func explainError(dir string, e *gen.Explanation) string {
	if len(e.Interfaces) == 0 {
		return noDirectives
	}
	var b strings.Builder
	for i, iface := range e.Interfaces {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s  %s:%d\n", iface.Name, shorten(dir, iface.Pos.Filename), iface.Pos.Line)
		t := explainTable{dir: dir, home: filepath.Dir(iface.Pos.Filename)}
		for _, g := range t.groups(iface.Methods, errorBody) {
			b.WriteString("\n")
			g.write(&b)
		}
	}
	return b.String()
}

// errorBody returns what happens in a method when the error comes.
func errorBody(m gen.ExplainedMethod) string {
	var b strings.Builder
	if m.PassesThrough != "" {
		fact{"calls", "pass straight through: " + m.PassesThrough}.write(&b)
	}
	for _, e := range m.Errors {
		for _, line := range wrap(errorText(e), explainWidth-len(explainIndent)) {
			b.WriteString(explainIndent + line + "\n")
		}
	}
	return b.String()
}

// errorText says in sentences what an error means and what follows.
func errorText(e gen.ExplainedError) string {
	text := e.Name
	if e.Library != "" {
		text += " of " + e.Library
	}
	if e.When != "" {
		text += ", " + e.When + ","
	}
	if e.Class == "" {
		text += " goes by the status of the response."
	} else {
		text += " is " + libraries.MeaningOf(e.Class).Noun + "."
	}
	for _, sentence := range []string{e.Unless, e.Retried, e.Breaker} {
		if sentence != "" {
			text += " " + sentence
		}
	}
	return text
}
