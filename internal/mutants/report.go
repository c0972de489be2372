package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
)

// report prints what became of the mutants, and returns an error when too many of them
// live.
func report(out io.Writer, c config, l *lab, all, chosen []*mutant, listed equivalents) error {
	for _, s := range slices.Concat(l.suites, l.racing) {
		for _, name := range slices.Sorted(maps.Keys(s.broken)) {
			fmt.Fprintf(out, "not counted, because it fails without a mutant: %s %s\n", s.folder, name)
		}
	}
	for _, key := range slices.Sorted(slices.Values(listed.stale(all))) {
		fmt.Fprintf(out, "equivalents.txt:%d: there is no such mutant: %s\n", listed[key].line, key)
	}
	chosen = slices.DeleteFunc(slices.Clone(chosen), func(m *mutant) bool { return m.outcome.verdict == untried })
	chosen = slices.SortedFunc(slices.Values(chosen), func(a, b *mutant) int { return cmp.Compare(a.number, b.number) })
	counts := make(map[verdict]int)
	for _, m := range chosen {
		counts[m.outcome.verdict]++
	}
	for _, m := range chosen {
		if m.outcome.verdict == survived && !c.only {
			fmt.Fprintf(out, "%s: survived: %s\n", m.place, m.key())
		}
	}
	if c.only {
		return reportEquivalents(out, chosen, counts)
	}
	counted := counts[killed] + counts[survived]
	rate := 100.0
	if counted > 0 {
		rate = 100 * float64(counts[killed]) / float64(counted)
	}
	fmt.Fprintf(out, "%d of %d mutants, seed %d: %d killed, %d survived, %d equivalent; %.1f %% of those that are not equivalent are killed\n",
		len(chosen), len(all), c.seed, counts[killed], counts[survived], counts[equivalent], rate)
	if rate < c.min {
		return fmt.Errorf("%.1f %% are killed, less than %g %%", rate, c.min)
	}
	return nil
}

// reportEquivalents names the listed equivalents that a test has noticed.
func reportEquivalents(out io.Writer, chosen []*mutant, counts map[verdict]int) error {
	for _, m := range chosen {
		if m.outcome.verdict == killed {
			fmt.Fprintf(out, "%s: listed as equivalent, but killed: %s\n\t%s: %s\n", m.place, m.key(), m.outcome.suite, m.outcome.why)
		}
	}
	fmt.Fprintf(out, "%d listed equivalents tried, %d of them killed\n", len(chosen), counts[killed])
	if counts[killed] > 0 {
		return fmt.Errorf("%d listed equivalents are killed", counts[killed])
	}
	return nil
}
