// Package review answers what a design review asks about wrappers: how long a call takes
// against the caller's deadline, how many attempts it makes through all layers, what it does
// to a dependency that fails, and what should be written differently.
//
// It takes resolved wrappers of package model and what is known about the traffic, and
// returns a Review. It asks package explain what is in force, and package figures what
// follows from the numbers. It does not print anything.
package review

import (
	"cmp"
	"slices"
	"time"

	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A Question is what a person knows and the source does not say. Zero fields are unknown.
type Question struct {
	Deadline  time.Duration // how long the callers wait
	Rate      float64       // calls of each method in a second, from all processes together
	Latency   time.Duration // of an attempt that succeeds
	Processes int           // zero: 1
}

// perProcess returns the rate of one process.
func (q Question) perProcess() float64 { return q.Rate / float64(max(q.Processes, 1)) }

// A Review is about the wrappers of packages.
type Review struct {
	Interfaces []Interface // those with the worst advice first, then in source order
}

// An Interface is reviewed with all its methods.
type Interface struct {
	explain.ExplainedInterface
	Methods []Method // in source order
	Advice  []Advice // the worst first
}

// A Method has the figures of its policy.
type Method struct {
	explain.ExplainedMethod

	Deadline Deadline // how long its callers wait, if anything says so
	Layers   []Layer  // below it, that retry by themselves
	Copies   int      // that a hedge may start of each attempt
	All      int      // attempts through all layers, policy.Unlimited without a limit
	Load     []Load   // on the dependency; none if a call makes one attempt
	Burst    int      // retries before the budget bounds them, in each process; 0 without a budget
	Outages  []Outage // how the dependency may be down; none without Question.Rate
	Live     string   // what an operator can change while the program runs
}

// A Deadline says how long the callers of a method wait.
type Deadline struct {
	After time.Duration // zero if nothing says so
	From  string        // "-deadline", or the method of another wrapper
}

// An Advice says what should be written differently.
type Advice struct {
	Code    string
	Pos     explain.Position
	Methods []string // that it is about, in source order
	Reason  string   // sentences
	Source  string   // an address, or a book with its chapter
	Write   string   // what to write instead
}

// Of reviews wrappers. All are those that may be above or below them, themselves included. The
// packages are those that may implement the interfaces.
func Of(wrappers, all []*model.Wrapper, packages []*Package, q Question) *Review {
	r := &reviewer{wrappers: wrappers, all: all, packages: packages, q: q, used: make(map[*model.Directive]bool)}
	r.findLayers()
	var review Review
	for _, explained := range explain.Explain(wrappers, "").Interfaces {
		review.Interfaces = append(review.Interfaces, r.reviewed(explained))
	}
	r.unusedAllows(&review)
	slices.SortStableFunc(review.Interfaces, func(a, b Interface) int { return cmp.Compare(a.worst(), b.worst()) })
	return &review
}

// worst returns the rank of the worst advice.
func (i *Interface) worst() int {
	worst := len(grammar.Advices) + 1
	for _, a := range i.Advice {
		worst = min(worst, rank(a.Code))
	}
	return worst
}

// rank returns the place of a code among those of the grammar, the worst first.
func rank(code string) int {
	i := slices.IndexFunc(grammar.Advices, func(a grammar.Advice) bool { return a.Code == code })
	if i < 0 {
		return len(grammar.Advices)
	}
	return i
}

// A reviewer is one run of Of.
type reviewer struct {
	wrappers []*model.Wrapper
	all      []*model.Wrapper
	packages []*Package
	q        Question
	below    map[*model.Method][]call // what an implementation of a method calls
	above    map[*model.Method][]call // the other way round
	used     map[*model.Directive]bool
}

// A call is a method of a wrapper.
type call struct {
	w *model.Wrapper
	m *model.Method
}

// name returns Ledger.Add.
func (c call) name() string { return c.w.Iface.Name() + "." + c.m.Fn.Name() }

// reviewed reviews the wrapper of an interface.
func (r *reviewer) reviewed(explained explain.ExplainedInterface) Interface {
	at := slices.IndexFunc(r.wrappers, func(w *model.Wrapper) bool {
		return w.Iface.Name() == explained.Name && w.Pkg.Path == explained.Package && w.Path == explained.File
	})
	w := r.wrappers[at]
	reviewed := Interface{ExplainedInterface: explained}
	for i, m := range w.Methods {
		s := r.subject(w, m, explained.Methods[i])
		reviewed.Methods = append(reviewed.Methods, s.method())
		if m.Acts {
			reviewed.add(s.advice())
		}
	}
	slices.SortStableFunc(reviewed.Advice, func(a, b Advice) int {
		return cmp.Or(cmp.Compare(rank(a.Code), rank(b.Code)), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	return reviewed
}

// add adds advice. What is said about several methods in the same words is said once.
func (i *Interface) add(list []Advice) {
	for _, a := range list {
		at := slices.IndexFunc(i.Advice, func(b Advice) bool {
			return a.Code == b.Code && a.Pos == b.Pos && a.Reason == b.Reason && a.Write == b.Write
		})
		if at < 0 {
			i.Advice = append(i.Advice, a)
		} else {
			i.Advice[at].Methods = append(i.Advice[at].Methods, a.Methods...)
		}
	}
}
