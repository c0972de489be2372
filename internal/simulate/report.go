package simulate

import (
	"slices"
	"time"

	"github.com/retrygen/retrygen/policy"
)

// A Contender is a policy to simulate.
type Contender struct {
	Name   string // "A", or the methods that have it
	Policy policy.Policy
}

// A Report is what a simulation has found.
type Report struct {
	Scenario string
	Setup    string    // what was simulated, in a sentence or two
	Model    []string  // what is modelled and what is not, in sentences
	Settings []Setting // all of them, defaults included
	Seed     uint64

	Columns []Column
	Results []Result // one for each policy, or for each way to use it

	Chart  Chart
	Partly string // why the report is not whole; "" if it is
}

// A Setting is a key of the scenario with its value.
type Setting struct{ Key, Value string }

// A Result is what happened with one policy.
type Result struct {
	Name     string
	Policy   string
	Headline string // what happened, in a sentence
	Stuck    bool   // the dependency does not recover
	Figures  []Figure
	Series   []Series

	mean time.Duration   // of a call, for tests
	all  []time.Duration // of lookups, sorted, for tests
}

// A Figure is a value of the table. Unknown ones have no value.
type Figure struct {
	Value float64
	Known bool
	Error float64 // the standard error, 0 if it is not known
}

// A Column is a figure that all results have.
type Column struct {
	Key  string // in JSON
	Head string // in the table
	Unit Unit
}

// A Series is a figure that changes along the axis of the chart.
type Series struct {
	Key    string
	Label  string
	Unit   Unit
	Values []float64
}

// A Unit says how to print a figure.
type Unit uint8

const (
	Count     Unit = iota
	PerSecond      // events in a second
	Share          // 0 to 1
	Times          // a factor
	Seconds
)

// A Chart says how to draw the series of all results.
type Chart struct {
	Layout Layout
	X      []float64 // where the values of the series are, by the axis
	XLabel string
	XUnit  Unit
	Shown  int // values to draw; the rest is calm

	Peaks bool // a column of the chart shows the greatest of its values, and not their mean

	Line       float64 // a value to draw a line at; 0 for none
	LineLabel  string
	From, To   float64 // a part of the axis that is marked, empty for none
	MarkLabel  string
	BarColumns []string // of Bars: the keys of the columns to draw
}

// A Layout is the kind of a chart.
type Layout uint8

const (
	ByResult Layout = iota // a panel for each result, with all its series
	BySeries               // a panel for each series, with a line for each result
	Bars                   // a panel for each of some columns, with a bar for each result
)

func known(v float64) Figure { return Figure{Value: v, Known: true} }

func measured(v, standardError float64) Figure {
	return Figure{Value: v, Known: true, Error: standardError}
}

func seconds(d time.Duration) Figure { return known(d.Seconds()) }

var unknown Figure

// share returns part/whole as a figure that is unknown if there is no whole.
func share[N int | uint64](part, whole N) Figure {
	if whole == 0 {
		return unknown
	}
	return known(float64(part) / float64(whole))
}

// Stuck reports whether the dependency does not recover under one of the policies.
func (r *Report) Stuck() bool {
	return slices.ContainsFunc(r.Results, func(r Result) bool { return r.Stuck })
}
