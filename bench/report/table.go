package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// references are what the ratios of a case are to. Another case has none.
var references = map[string]string{
	"Success":         handLoop,
	"Parallel cpus=1": handLoop,
	"Parallel cpus=2": handLoop,
	"Third":           handLoop,
	"Wait":            handLoop,
	"Refused":         "gobreaker",
	"Timeout":         "bare context.WithTimeout",
	"Build":           "plain",
}

// titles say what a case is.
var titles = map[string]string{
	"Success":         "a call that succeeds at once",
	"Parallel cpus=1": "the same from one goroutine, on one processor",
	"Parallel cpus=2": "the same from two goroutines, on two processors: time through all calls",
	"Third":           "a call that succeeds at the third attempt, without delays",
	"Wait":            "the same with two short delays, whose time is the system's",
	"Refused":         "a call that an open breaker refuses",
	"Timeout":         "a call with a deadline for its attempt",
	"Build":           "a program with 100 interfaces of 10 methods: go build of their package, and its size",
}

// Print writes a table for each case, and then the goals. Times are medians, and
// beside each is how far its values lie apart.
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

// rounds is how many values there are of what has the most.
func (r *Run) rounds() int {
	rounds := 0
	for _, k := range r.Keys {
		rounds = max(rounds, len(r.values[k][Nanoseconds]))
	}
	return rounds
}

// noise is the median of the spreads, which is large where the machine had other
// things to do.
func (r *Run) noise() float64 {
	var spreads []float64
	for _, k := range r.Keys {
		spreads = append(spreads, r.Spread(k, Nanoseconds))
	}
	return Median(spreads)
}

func printCase(w io.Writer, r *Run, name string) error {
	reference := Key{name, references[name]}
	base, hasBase := r.Median(reference, Nanoseconds)
	hasBinary := false
	for _, k := range r.Keys {
		_, ok := r.Median(k, Binary)
		hasBinary = hasBinary || ok && k.Case == name
	}

	fmt.Fprintf(w, "\n%s", name)
	if title := titles[name]; title != "" {
		fmt.Fprintf(w, ": %s", title)
	}
	fmt.Fprintln(w)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	heads := []string{"ns/op", "±", "× " + reference.Contender, "B/op", "allocs/op"}
	if hasBinary {
		heads = []string{"ms", "±", "× " + reference.Contender, "binary kB"}
	}
	fmt.Fprintf(tw, "%s\t\n", strings.Join(append([]string{"contender"}, heads...), "\t"))
	for _, k := range r.Keys {
		if k.Case != name {
			continue
		}
		time, _ := r.Median(k, Nanoseconds)
		ratio := "-"
		if hasBase && base > 0 {
			ratio = number(time / base)
		}
		spread := fmt.Sprintf("%.0f%%", 50*r.Spread(k, Nanoseconds))
		cells := []string{k.Contender, number(time), spread, ratio, cell(r, k, Bytes, 1), cell(r, k, Allocations, 1)}
		if hasBinary {
			cells = []string{k.Contender, number(time / 1e6), spread, ratio, cell(r, k, Binary, 1<<10)}
		}
		fmt.Fprintf(tw, "%s\t\n", strings.Join(cells, "\t"))
	}
	return tw.Flush()
}

// cell is a median in so many of its unit, or - where none was measured.
func cell(r *Run, k Key, unit string, of float64) string {
	value, ok := r.Median(k, unit)
	if !ok {
		return "-"
	}
	return number(value / of)
}

// number writes a value with three digits, or all of those before the point.
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
