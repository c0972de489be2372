package explain

import (
	"cmp"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// overrides is the text for retry.ParseOverrides, and the name of its file.
type overrides struct {
	diag.Reporter
	text, file string
}

// Override checks the overrides of a file, and applies them to the methods that they
// name.
func Override(wrappers []*model.Wrapper, text, file string) diag.Errors {
	o := &overrides{text: text, file: file}
	o.apply(wrappers)
	return o.Errs
}

func (o *overrides) apply(wrappers []*model.Wrapper) {
	list, err := policy.ParseOverrides(o.text)
	for _, e := range policy.Errors(err) {
		o.ReportAt(o.position(e), e.Hint, e.Msg)
	}
	methods, whole := make(map[string]*model.Method), make(map[string]policy.Policy)
	for _, w := range wrappers {
		for _, m := range w.Methods {
			name := w.Iface.Name() + "." + m.Fn.Name()
			methods[name], whole[name] = m, m.Whole(w)
		}
	}
	for _, line := range list {
		at := o.position(&policy.Error{Offset: line.Offset})
		m := methods[line.Method]
		if m == nil {
			o.ReportAt(at, diag.DidYouMean(line.Method, slices.Sorted(maps.Keys(methods))), "these packages do not have a method "+line.Method)
			continue
		}
		reasons := cannotHave(m, whole[line.Method].Overlay(line.Policy))
		for _, why := range reasons {
			o.ReportAt(at, "", line.Method+" cannot have this policy: "+strings.TrimPrefix(why, "policy: "))
		}
		if len(reasons) == 0 {
			layOver(m, line.Policy, at)
		}
	}
}

// position returns the position of an error in the overrides.
func (o *overrides) position(e *policy.Error) token.Position {
	line, column := e.Position(o.text)
	return token.Position{Filename: o.file, Offset: e.Offset, Line: line, Column: column}
}

// cannotHave says why a running program cannot give a method a policy. The runtime makes
// the same checks.
func cannotHave(m *model.Method, p policy.Policy) []string {
	if !m.Acts {
		return []string{"in the generated code, its calls pass straight through"}
	}
	can := policy.Method{Context: m.Ctx != shape.NoContext, Once: m.Once, Hedge: m.Policy.Hedge != (policy.Hedge{})}
	err := p.CheckFor(can)
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// layOver replaces the concerns of a method that a policy sets.
func layOver(m *model.Method, over policy.Policy, at token.Position) {
	for name, only := range over.Concerns() {
		concern := grammar.Concern(name)
		m.Decisions = slices.DeleteFunc(m.Decisions, func(d model.Decision) bool { return d.Concern() == concern })
		m.Decisions = append(m.Decisions, model.Decision{Over: &model.Said{Concern: concern, Policy: only}, At: at})
		switch concern {
		case grammar.ConcernBreaker:
			m.Breaker = false
		case grammar.ConcernBudget:
			m.Budget = false
		case grammar.ConcernLimit:
			m.Limit = false
		}
	}
	m.Policy = m.Policy.Overlay(over).WithoutOff()
	isBudget := func(d model.Decision) bool { return d.Concern() == grammar.ConcernBudget }
	if m.Repeats() && !slices.ContainsFunc(m.Decisions, isBudget) {
		m.Budget = true
		m.Decisions = append(m.Decisions, model.Decision{})
	}
	slices.SortStableFunc(m.Decisions, func(a, b model.Decision) int {
		return cmp.Compare(slices.Index(model.Concerns, a.Concern()), slices.Index(model.Concerns, b.Concern()))
	})
}
