// Package report reads the output of go test -bench and makes a table, a list of met and
// missed goals, and a picture of it.
package report

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Key names a measurement: a case, such as Success, and a contender.
type Key struct{ Case, Contender string }

// A Run has the values of a benchmark run. Repeated benchmarks have several values.
type Run struct {
	Machine []string // the lines with goos, goarch, cpu, go and peer
	Keys    []Key    // in the order of their first line

	values map[Key]map[string][]float64 // by unit
}

// Median returns the median of the values in a unit such as ns/op, and whether there are
// any.
func (r *Run) Median(k Key, unit string) (float64, bool) {
	values := r.values[k][unit]
	return Median(values), len(values) > 0
}

// Spread returns how far the values of a unit lie apart, as a fraction of their median.
func (r *Run) Spread(k Key, unit string) float64 {
	values := r.values[k][unit]
	middle := Median(values)
	if middle == 0 {
		return 0
	}
	return (slices.Max(values) - slices.Min(values)) / middle
}

// Cases returns the cases in the order of their first line.
func (r *Run) Cases() []string {
	var cases []string
	for _, k := range r.Keys {
		if !slices.Contains(cases, k.Case) {
			cases = append(cases, k.Case)
		}
	}
	return cases
}

// Parse reads the output of one or several runs of go test -bench. It skips lines that
// have no benchmark, but returns an error for a failure: the values before it may come
// from the fault.
func Parse(in io.Reader) (*Run, error) {
	r := &Run{values: make(map[Key]map[string][]float64)}
	lines := bufio.NewScanner(in)
	for number := 1; lines.Scan(); number++ {
		line := lines.Text()
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "--- FAIL"), strings.HasPrefix(line, "FAIL"), strings.HasPrefix(line, "panic: "):
			return nil, fmt.Errorf("line %d: the run has failed: %s", number, line)
		case machine.MatchString(line):
			if !slices.Contains(r.Machine, line) {
				r.Machine = append(r.Machine, line)
			}
		case benchmark.MatchString(line):
			if err := r.take(strings.Fields(line)); err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
		}
	}
	return r, lines.Err()
}

var (
	machine   = regexp.MustCompile(`^(goos|goarch|cpu|go|peer): `)
	benchmark = regexp.MustCompile(`^Benchmark\S+\s+\d+\s`)
	procs     = regexp.MustCompile(`-\d+$`) // go test adds it to the name
)

// take reads the fields of a line: name, count, and pairs of value and unit. A benchmark
// without a time, such as that of the generators, prints its own table.
func (r *Run) take(fields []string) error {
	if !slices.Contains(fields, Nanoseconds) {
		return nil
	}
	k := key(fields[0])
	if r.values[k] == nil {
		r.values[k] = make(map[string][]float64)
		r.Keys = append(r.Keys, k)
	}
	pairs := fields[2:]
	if len(pairs)%2 != 0 {
		return fmt.Errorf("%s: a value without a unit", fields[0])
	}
	for pair := range slices.Chunk(pairs, 2) {
		value, err := strconv.ParseFloat(pair[0], 64)
		if err != nil {
			return fmt.Errorf("%s: %w", fields[0], err)
		}
		r.values[k][pair[1]] = append(r.values[k][pair[1]], value)
	}
	return nil
}

// key splits a benchmark's name. A part with a = is a variant of the case, as in
// BenchmarkParallel/direct/cpus=2, so that the contenders of each variant form a table.
func key(name string) Key {
	name = procs.ReplaceAllString(strings.TrimPrefix(name, "Benchmark"), "")
	parts := strings.Split(strings.ReplaceAll(name, "_", " "), "/")
	k := Key{Case: parts[0]}
	var contender []string
	for _, part := range parts[1:] {
		if strings.Contains(part, "=") {
			k.Case += " " + part
		} else {
			contender = append(contender, part)
		}
	}
	k.Contender = strings.Join(contender, "/")
	return k
}
