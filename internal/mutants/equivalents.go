package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed equivalents.txt
var equivalentsText string

// equivalents are the mutants that make no difference, by their keys.
type equivalents map[string]*reason

// A reason says why a mutant makes no difference.
type reason struct {
	line int // in the file, where it starts
	text string
}

// parseEquivalents reads a list of keys, which start a line, each with its reason on
// indented lines below it. Several keys may share the reason that follows them.
func parseEquivalents(text string) (equivalents, error) {
	list := make(equivalents)
	var waiting []string // keys without a reason yet
	var last *reason
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(line, "#"):
		case trimmed != strings.TrimRight(line, " \t") && len(waiting) > 0:
			last = &reason{line: i + 1, text: trimmed}
			for _, key := range waiting {
				list[key] = last
			}
			waiting = nil
		case trimmed != strings.TrimRight(line, " \t"):
			if last == nil {
				return nil, fmt.Errorf("equivalents.txt:%d: a reason without a mutant", i+1)
			}
			last.text += " " + trimmed
		case list[trimmed] != nil || slices.Contains(waiting, trimmed):
			return nil, fmt.Errorf("equivalents.txt:%d: %s is listed twice", i+1, trimmed)
		default:
			waiting = append(waiting, trimmed)
		}
	}
	if len(waiting) > 0 {
		return nil, fmt.Errorf("equivalents.txt: %s has no reason", waiting[0])
	}
	return list, nil
}

// stale returns the keys that no mutant has.
func (e equivalents) stale(all []*mutant) []string {
	there := make(map[string]bool)
	for _, m := range all {
		there[m.key()] = true
	}
	var keys []string
	for key := range e {
		if !there[key] {
			keys = append(keys, key)
		}
	}
	return keys
}
