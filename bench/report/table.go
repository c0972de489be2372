package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Print writes a table for each case, and then the goals. Times are medians, each followed
// by how far its values lie apart.
func Print(w io.Writer, r *Run, goals []Goal) error {
	var out strings.Builder
	for _, line := range r.Machine {
		fmt.Fprintln(&out, line)
	}
	for _, name := range r.Cases() {
		if err := printCase(&out, r, name); err != nil {
			return err
		}
	}
	if rounds := r.rounds(); rounds > 1 {
		fmt.Fprintf(&out, "\nGoals, of medians of %d rounds; half of the spreads are ±%.0f%% or more\n", rounds, 50*r.noise())
	} else {
		fmt.Fprint(&out, "\nGoals, of a single round\n")
	}
	for _, g := range goals {
		j := g.Judge(r)
		fmt.Fprintf(&out, "  %-12s  %s\n", j.Verdict, j)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// rounds is the greatest number of values of any benchmark.
func (r *Run) rounds() int {
	rounds := 0
	for _, k := range r.Keys {
		rounds = max(rounds, len(r.values[k][Nanoseconds]))
	}
	return rounds
}

// noise is the median of the spreads. It is large if the machine did other work.
func (r *Run) noise() float64 {
	var spreads []float64
	for _, k := range r.Keys {
		spreads = append(spreads, r.Spread(k, Nanoseconds))
	}
	return Median(spreads)
}

// printCase writes the table of a case. The case of builds has other columns.
func printCase(w io.Writer, r *Run, name string) error {
	about, reference := descriptions[name].about, descriptions[name].reference
	base, _ := r.Median(Key{name, reference}, Nanoseconds)
	ratio := func(k Key) string {
		if base == 0 {
			return "-"
		}
		return cell(r, k, Nanoseconds, base)
	}
	spread := func(k Key) string { return fmt.Sprintf("%.0f%%", 50*r.Spread(k, Nanoseconds)) }

	heads := []string{"contender", "ns/op", "±", "× " + reference, "B/op", "allocs/op"}
	cells := func(k Key) []string {
		return []string{k.Contender, cell(r, k, Nanoseconds, 1), spread(k), ratio(k), cell(r, k, Bytes, 1), cell(r, k, Allocations, 1)}
	}
	if name == "Build" {
		heads = []string{"contender", "ms", "±", "× " + reference, "binary kB"}
		cells = func(k Key) []string {
			return []string{k.Contender, cell(r, k, Nanoseconds, 1e6), spread(k), ratio(k), cell(r, k, Binary, 1<<10)}
		}
	}

	fmt.Fprintf(w, "\n%s: %s\n", name, about)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "%s\t\n", strings.Join(heads, "\t"))
	for _, k := range r.Keys {
		if k.Case == name {
			fmt.Fprintf(tw, "%s\t\n", strings.Join(cells(k), "\t"))
		}
	}
	return tw.Flush()
}

// cell writes a median in its unit, or - if there is none.
func cell(r *Run, k Key, unit string, of float64) string {
	value, ok := r.Median(k, unit)
	if !ok {
		return "-"
	}
	return number(value / of)
}

// number writes a value with three digits, or with all digits before the point.
func number(v float64) string {
	digits := 0
	switch {
	case v == math.Trunc(v) || v >= 100:
	case v >= 10:
		digits = 1
	case v >= 1:
		digits = 2
	default:
		digits = 3
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}
