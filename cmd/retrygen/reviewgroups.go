package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/retrygen/retrygen/gen"
)

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
// take longest. Calls that pass straight through come last, and have no part in common. The facts in own stay with each method.
func (p *reviewPage) groups(iface gen.ReviewedInterface, own ...string) (common []fact, list []*reviewGroup) {
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
	return takeCommon(list, own), list
}

// takeCommon takes the facts out of groups that all of them have, if there are several.
func takeCommon(groups []*reviewGroup, own []string) []fact {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g *reviewGroup) bool { return g.method.PassesThrough != "" })
	if len(groups) < 2 {
		return nil
	}
	var common []fact
	for _, f := range groups[0].facts {
		lacks := func(g *reviewGroup) bool { return !slices.Contains(g.facts, f) }
		if !slices.Contains(own, f.label) && !slices.ContainsFunc(groups, lacks) {
			common = append(common, f)
		}
	}
	for _, g := range groups {
		g.facts = slices.DeleteFunc(slices.Clone(g.facts), func(f fact) bool { return slices.Contains(common, f) })
	}
	return common
}

// loadLabel is the label of the load, which Markdown has a table for.
const loadLabel = "load"
