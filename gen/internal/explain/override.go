package explain

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// Overrides say what a program changes when it starts, as retry.ParseOverrides and
// retry.EnvOverrides read it. The variables go over the text.
type Overrides struct {
	Text, File  string
	Names       []OverridesName
	Prefix      string   // of the variables; empty for none
	Environment []string // as os.Environ returns it
}

// An OverridesName is the name of an interface or a method in a text, which says something
// about it that is not a policy.
type OverridesName struct {
	Name   string
	Offset int // in bytes from the start of the text
}

// Override checks overrides, and applies them to the methods that they name.
func Override(wrappers []*model.Wrapper, overrides Overrides) diag.Errors {
	o := new(overrider)
	o.overrides(wrappers, overrides)
	for _, w := range wrappers {
		for _, m := range w.Methods {
			o.method(w, m)
		}
	}
	o.idle()
	o.share(wrappers)
	return o.Errs
}

// An override is one line of a text, or one variable.
type override struct {
	name     string // "Client.Get", or "Client" for all methods
	patch    policy.Patch
	variable string
	pos      token.Position
	place    func(*policy.Error) token.Position

	fits map[string]bool   // the concerns that it changes for a method
	left map[string]string // why it leaves a concern out, with the name of a method
}

func (o *override) wide() bool { return !strings.Contains(o.name, ".") }

// leaves notes the first reason to leave out a concern.
func (o *override) leaves(concern string, m *model.Method, why string) {
	if o.left[concern] == "" {
		o.left[concern] = m.Fn.Name() + ": " + why
	}
}

// An overrider applies overrides.
type overrider struct {
	diag.Reporter
	list   []*override // the weakest first
	shared map[*model.Method]guard
}

// guard says which of its guards a method shares in the source.
type guard struct{ breaker, budget, limit bool }

// method applies the overrides to one method.
func (o *overrider) method(w *model.Wrapper, m *model.Method) {
	if o.shared == nil {
		o.shared = make(map[*model.Method]guard)
	}
	o.shared[m] = guard{m.Breaker, m.Budget, m.Limit}
	can := policy.Method{
		Name:    w.Iface.Name() + "." + m.Fn.Name(),
		Context: m.Ctx != shape.NoContext, Once: m.Once, Hedge: m.Policy.Hedge != (policy.Hedge{}),
		Declared: declared(w, m),
	}
	p := can.Declared
	var last *override
	for _, over := range o.list {
		switch {
		case over.name == can.Name && !m.Acts:
			o.cannot(over.pos, can.Name, "in the generated code, its calls pass straight through", "")
			continue
		case over.name == w.Iface.Name() && !m.Acts:
			for _, concern := range over.patch.Concerns() {
				over.leaves(concern, m, "its calls pass straight through")
			}
			continue
		case over.name != can.Name && over.name != w.Iface.Name():
			continue
		}
		fits := over.patch
		if over.wide() {
			fits = o.fit(over, can, m)
		}
		changed, err := fits.Apply(p)
		if err != nil {
			for _, e := range policy.Errors(err) {
				o.cannot(over.place(e), can.Name, e.Msg, e.Hint)
			}
			return
		}
		p, last = changed, over
		for _, concern := range fits.Concerns() {
			over.fits[concern] = true
			layOver(w, m, grammar.Concern(concern), p, over)
		}
	}
	if last == nil {
		return
	}
	for _, why := range reasons(p.CheckFor(can)) {
		o.cannot(last.pos, can.Name, strings.TrimPrefix(why, "policy: "), "")
	}
	m.Policy = m.Policy.WithoutOff()
	isBudget := func(d model.Decision) bool { return d.Concern() == grammar.ConcernBudget }
	if m.Repeats() && !slices.ContainsFunc(m.Decisions, isBudget) {
		m.Budget = true
		m.Decisions = append(m.Decisions, model.Decision{})
	}
	slices.SortStableFunc(m.Decisions, func(a, b model.Decision) int {
		return cmp.Compare(slices.Index(model.Concerns, a.Concern()), slices.Index(model.Concerns, b.Concern()))
	})
}

func reasons(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func (o *overrider) cannot(at token.Position, method, why, hint string) {
	o.ReportAt(at, hint, method+" cannot have this policy: "+why)
}

// fit returns what an override of an interface changes for a method, and records what it
// leaves out.
func (o *overrider) fit(over *override, can policy.Method, m *model.Method) policy.Patch {
	fits, left := over.patch.Fit(can)
	for _, skip := range left {
		over.leaves(skip.Concern, m, skip.Why)
		m.Decisions = append(m.Decisions, model.Decision{
			Over:    &model.Said{Concern: grammar.Concern(skip.Concern), Text: skip.Text},
			Skipped: skip.Why, At: over.pos, Variable: over.variable,
		})
	}
	return fits
}

// idle reports what the overrides of interfaces change for none of the methods.
func (o *overrider) idle() {
	for _, over := range o.list {
		for _, concern := range over.patch.Concerns() {
			if why := over.left[concern]; why != "" && !over.fits[concern] {
				o.ReportAt(over.pos, "name a method, if that is what you mean", "no method of "+over.name+" takes the "+concern+": "+why)
				break
			}
		}
	}
}

// declared returns the policy that the source declares for a method, as the runtime gets it.
func declared(w *model.Wrapper, m *model.Method) policy.Policy {
	p := m.Whole(w)
	for _, d := range m.Decisions {
		if d.By != nil && d.By.Off {
			d.By.Apply(&p)
		}
	}
	if m.Repeats() && p.Budget == (policy.Budget{}) {
		p.Budget.Off = true
	}
	return p
}

// layOver puts a concern of a policy into force for a method.
func layOver(w *model.Wrapper, m *model.Method, concern grammar.Concern, p policy.Policy, over *override) {
	m.Decisions = slices.DeleteFunc(m.Decisions, func(d model.Decision) bool { return d.Concern() == concern && d.Skipped == "" })
	for name, only := range p.Concerns() {
		if grammar.Concern(name) != concern {
			continue
		}
		m.Decisions = append(m.Decisions, model.Decision{
			Over: &model.Said{Concern: concern, Policy: only}, At: over.pos, Variable: over.variable,
		})
		m.Policy = m.Policy.Overlay(only)
	}
	switch concern {
	case grammar.ConcernBreaker:
		m.Breaker = m.Breaker && p.Breaker == w.Shared.Breaker
	case grammar.ConcernBudget:
		m.Budget = m.Budget && p.Budget == w.Shared.Budget
	case grammar.ConcernLimit:
		m.Limit = m.Limit && p.Limit == w.Shared.Limit
	}
}

// share marks the guards that overrides have given to several methods alike. If these share
// one in the source, they share the new one.
func (o *overrider) share(wrappers []*model.Wrapper) {
	for _, w := range wrappers {
		first := make(map[string]*model.Said) // by the text of the guard
		for _, m := range w.Methods {
			was := o.shared[m]
			for _, d := range m.Decisions {
				shares := map[grammar.Concern][2]bool{
					grammar.ConcernBreaker: {was.breaker, m.Breaker},
					grammar.ConcernBudget:  {was.budget, m.Budget},
					grammar.ConcernLimit:   {was.limit, m.Limit},
				}[d.Concern()]
				if d.Over == nil || d.Skipped != "" || !shares[0] {
					continue
				}
				text := d.Over.Policy.String()
				if other := first[text]; other != nil || shares[1] {
					d.Over.Shared = true
					if other != nil {
						other.Shared = true
					}
				}
				first[text] = d.Over
			}
		}
	}
}
