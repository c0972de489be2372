package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"slices"
	"strings"
	"unicode/utf8"
)

// A mutant is one small change of the source.
type mutant struct {
	number int    // switches it on; from 1
	place  string // file, line and column
	folder string // of its package
	path   string // to import its package
	// line says which change it is, without numbers of lines, so that it stays the same
	// while the code around it changes. Nth tells mutants with the same line apart.
	line string
	nth  int
	text string // what replaces the source; empty drops a statement

	outcome outcome
}

// key names the mutant in equivalents.txt.
func (m *mutant) key() string {
	if m.nth > 1 {
		return fmt.Sprintf("%s (%d)", m.line, m.nth)
	}
	return m.line
}

// number gives the mutants their numbers, and the later ones of the same line their
// place among them.
func number(packages []*target) []*mutant {
	var all []*mutant
	seen := make(map[string]int)
	for _, p := range packages {
		for _, f := range p.files {
			for _, g := range f.groups {
				for _, m := range g.mutants {
					seen[m.line]++
					m.nth = seen[m.line]
					all = append(all, m)
					m.number = len(all)
				}
			}
		}
	}
	return all
}

// draw returns n of the mutants. The order is by a hash of the seed and the key, so that
// a change of the source replaces only the mutants that it touches.
func draw(list []*mutant, n int, seed uint64) []*mutant {
	drawn := slices.Clone(list)
	lot := make(map[*mutant]uint64, len(list))
	for _, m := range list {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, m.key()))
		lot[m] = binary.BigEndian.Uint64(sum[:])
	}
	slices.SortStableFunc(drawn, func(a, b *mutant) int { return cmp.Compare(lot[a], lot[b]) })
	if n > 0 {
		drawn = drawn[:min(n, len(drawn))]
	}
	return drawn
}

// choose draws the mutants to be tried, or takes the listed equivalents.
func choose(c config, all []*mutant, listed equivalents) []*mutant {
	var list []*mutant
	for _, m := range all {
		matches := c.match.MatchString(m.place) || c.match.MatchString(m.key())
		if matches && (!c.only || listed[m.key()] != nil) {
			list = append(list, m)
		}
	}
	if c.only {
		return list
	}
	drawn := draw(list, c.n, c.seed)
	for _, m := range drawn {
		if listed[m.key()] != nil {
			m.outcome.verdict = equivalent
		}
	}
	return drawn
}

// show prints a node on one line, without comments.
func show(node ast.Node) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, token.NewFileSet(), node); err != nil {
		panic(err) // nothing that has been parsed
	}
	return brief(b.String())
}

const longest = 100 // bytes of an expression or a statement in the line of a mutant

// brief shortens source to one line that is not too long.
func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= longest {
		return text
	}
	end := longest
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
