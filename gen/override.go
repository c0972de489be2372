package gen

import (
	"cmp"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// overrides is a text for retry.ParseOverrides, and the name of its file.
type overrides struct {
	diag.Reporter
	text, file string
}

// applyOverrides checks the overrides of a file, and lays them over the policies of
// the methods that they name.
func applyOverrides(wrappers []*wrapper, text, file string) diag.Errors {
	o := &overrides{text: text, file: file}
	o.apply(wrappers)
	return o.Errs
}

func (o *overrides) apply(wrappers []*wrapper) {
	list, err := policy.ParseOverrides(o.text)
	for _, e := range policy.Errors(err) {
		o.ReportAt(o.position(e), e.Hint, e.Msg)
	}
	methods, whole := make(map[string]*method), make(map[string]policy.Policy)
	for _, w := range wrappers {
		for _, m := range w.methods {
			name := w.iface.Name() + "." + m.fn.Name()
			methods[name], whole[name] = m, m.whole(w)
		}
	}
	for _, line := range list {
		at := o.position(&policy.Error{Offset: line.Offset})
		m := methods[line.Method]
		if m == nil {
			o.ReportAt(at, diag.DidYouMean(line.Method, slices.Sorted(maps.Keys(methods))), "these packages have no method "+line.Method)
			continue
		}
		reasons := m.cannotHave(whole[line.Method].Overlay(line.Policy))
		for _, why := range reasons {
			o.ReportAt(at, "", line.Method+" cannot have this policy: "+strings.TrimPrefix(why, "policy: "))
		}
		if len(reasons) == 0 {
			m.override(line.Policy, at)
		}
	}
}

// position returns where an error is in the overrides.
func (o *overrides) position(e *policy.Error) token.Position {
	line, column := e.Position(o.text)
	return token.Position{Filename: o.file, Offset: e.Offset, Line: line, Column: column}
}

// cannotHave says why a policy cannot take effect for a method while a program runs.
// The runtime checks the same.
func (m *method) cannotHave(p policy.Policy) []string {
	if !m.acts {
		return []string{"calls pass straight through in the generated code"}
	}
	can := policy.Method{Context: m.ctx != shape.NoContext, Once: m.once, Hedge: m.policy.Hedge != (policy.Hedge{})}
	err := p.CheckFor(can)
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// override lays a policy over that of a method, concern by concern.
func (m *method) override(over policy.Policy, at token.Position) {
	for name, only := range over.Concerns() {
		concern := grammar.Concern(name)
		m.decisions = slices.DeleteFunc(m.decisions, func(d decision) bool { return d.concern() == concern })
		m.decisions = append(m.decisions, decision{over: &said{concern, only}, at: at})
		switch concern {
		case grammar.ConcernBreaker:
			m.breaker = false
		case grammar.ConcernBudget:
			m.budget = false
		case grammar.ConcernLimit:
			m.limit = false
		}
	}
	m.policy = m.policy.Overlay(over).WithoutOff()
	isBudget := func(d decision) bool { return d.concern() == grammar.ConcernBudget }
	if m.repeats() && !slices.ContainsFunc(m.decisions, isBudget) {
		m.budget = true
		m.decisions = append(m.decisions, decision{})
	}
	slices.SortStableFunc(m.decisions, func(a, b decision) int {
		return cmp.Compare(slices.Index(concerns, a.concern()), slices.Index(concerns, b.concern()))
	})
}

// concern is what the decision is about.
func (d decision) concern() grammar.Concern {
	switch {
	case d.over != nil:
		return d.over.Concern
	case d.by != nil:
		return d.by.Verb.Concern
	default:
		return grammar.ConcernBudget
	}
}
