// Package policy stands in for the policies in generated wrappers.
package policy

type Retry struct{ Attempts int }

type Budget struct{ Burst int }

type Policy struct {
	Retry  Retry
	Budget Budget
}
