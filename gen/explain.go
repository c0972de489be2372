package gen

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// An Explanation is what the directives of packages put into force.
type Explanation struct {
	Interfaces []ExplainedInterface // by file, in source order
}

// A Position is a place in a file.
type Position = token.Position

// An ExplainedInterface is an interface that gets a wrapper.
type ExplainedInterface struct {
	Name    string
	Package string // its import path
	Pos     Position
	Wrapper string            // the name of the struct
	File    string            // the absolute path of the output
	Methods []ExplainedMethod // in source order
}

// An ExplainedMethod is what was decided for a method.
type ExplainedMethod struct {
	Name string

	// Pos is the method's, or that of the embedded element that brings it from
	// another package.
	Pos Position

	// PassesThrough says why nothing acts on a call, so that it passes straight
	// through; "" when something does.
	PassesThrough string

	// Parts are the concerns that something is said about, by the method or by the
	// interface, in the order in which they take effect. What nothing is said about
	// is off, but for the budget, whose default is among them.
	Parts []Part

	Attempts int // policy.Unlimited when they have no end
	Waits    Waits
	Call     CallTime // zero when the call passes through
}

// A Part is what was decided about one concern of a method.
type Part struct {
	Concern grammar.Concern

	// Text is the directive, one that is numbers only in the canonical form with
	// all its defaults.
	Text string

	// Shared says that the breaker, the budget or the limit is one with that of the
	// other methods. Otherwise it is the method's own.
	Shared bool

	// Skipped says why the directive does nothing here; "" when it does.
	Skipped string

	Origin Origin
}

// An Origin is where a part comes from.
type Origin struct {
	Place OriginPlace

	// Pos is the place of the directive, or of the use of a preset that puts it
	// there. It is zero for OriginDefault.
	Pos Position

	Preset    string   // the preset's name, if it comes from one
	PresetPos Position // the directive in the preset
}

// An OriginPlace is what a directive stands on.
type OriginPlace string

// The places that a part can come from.
const (
	OriginInterface OriginPlace = "interface"
	OriginMethod    OriginPlace = "method"
	OriginDefault   OriginPlace = "default"  // nothing is said, and the default acts
	OriginOverride  OriginPlace = "override" // Config.Overrides says it
)

// explainAll explains wrappers that are resolved.
func explainWrappers(wrappers []*wrapper) *Explanation {
	var e Explanation
	for _, w := range wrappers {
		e.Interfaces = append(e.Interfaces, w.explained())
	}
	slices.SortStableFunc(e.Interfaces, func(a, b ExplainedInterface) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	return &e
}

func (w *wrapper) explained() ExplainedInterface {
	e := ExplainedInterface{
		Name: w.iface.Name(), Package: w.pkg.Path, Pos: w.pkg.Fset.Position(w.pos),
		Wrapper: w.name, File: w.path,
	}
	for _, m := range w.methods {
		e.Methods = append(e.Methods, m.explained(w))
	}
	return e
}

func (m *method) explained(w *wrapper) ExplainedMethod {
	e := ExplainedMethod{
		Name:     m.fn.Name(),
		Pos:      w.pkg.Fset.Position(m.pos),
		Attempts: max(1, m.policy.Retry.Attempts),
		Waits:    waitsOf(m.policy.Retry),
	}
	for _, d := range m.decisions {
		e.Parts = append(e.Parts, m.part(w, d))
	}
	if m.acts {
		e.Call = w.callTime(m)
	} else {
		e.PassesThrough = passesThrough(e.Parts)
	}
	return e
}

// passesThrough says why a method on which nothing acts is left alone.
func passesThrough(parts []Part) string {
	switch {
	case len(parts) == 0:
		return "nothing is said that would concern it"
	case parts[0].Concern == grammar.ConcernNone:
		return "it says none"
	case !slices.ContainsFunc(parts, func(p Part) bool { return p.Skipped == "" }):
		return "nothing that the interface says applies to it"
	case slices.ContainsFunc(parts, func(p Part) bool { return p.Concern == grammar.ConcernStrategy && p.Skipped == "" }):
		return "attempts=1 makes no retry, and nothing else is in force"
	default:
		return "it makes one attempt, and nothing bounds or guards that"
	}
}

func (m *method) part(w *wrapper, d decision) Part {
	if d.over != nil {
		p := Part{Concern: d.over.Concern, Text: d.over.Policy.String(), Origin: Origin{Place: OriginOverride, Pos: d.at}}
		if p.Concern == grammar.ConcernBreaker && m.key != nil && !d.over.Policy.Breaker.Off {
			p.Text += " key=" + m.key.word
		}
		return p
	}
	if d.by == nil {
		return Part{
			Concern: grammar.ConcernBudget, Text: policy.Policy{Budget: policy.DefaultBudget()}.String(),
			Shared: true, Origin: Origin{Place: OriginDefault},
		}
	}
	p := Part{Concern: d.by.Verb.Concern, Text: d.by.text(), Skipped: d.skipped, Origin: d.origin(w)}
	if d.skipped != "" || d.by.Off {
		return p
	}
	switch p.Concern {
	case grammar.ConcernBreaker:
		p.Shared = m.breaker
	case grammar.ConcernLimit:
		p.Shared = m.limit
	case grammar.ConcernBudget:
		p.Shared = m.budget
		if !m.repeats() {
			p.Skipped = "there are no retries to bound"
		}
	case grammar.ConcernReuse:
		if !m.repeats() && m.fallback == nil {
			p.Skipped = "there are no retries to hand it to"
		}
	}
	return p
}

// whole is all that is in force for a method, with what it shares.
func (m *method) whole(w *wrapper) policy.Policy {
	p := m.policy
	if m.breaker {
		p.Breaker = w.shared.Breaker
	}
	if m.budget {
		p.Budget = w.shared.Budget
	}
	if m.limit {
		p.Limit = w.shared.Limit
	}
	return p
}

// text writes a directive: in the canonical form where there is one.
func (d *directive) text() string {
	var p policy.Policy
	d.apply(&p)
	if text := p.String(); text != "" {
		if key, _, ok := d.Value("key"); ok {
			text += " key=" + key
		}
		return text
	}
	words := []string{d.Verb.Name}
	if d.Off {
		words = append(words, "off")
	}
	for _, word := range d.Words {
		words = append(words, word.Text)
	}
	return strings.Join(words, " ")
}

func (d decision) origin(w *wrapper) Origin {
	o := Origin{Place: OriginMethod, Pos: w.pkg.Fset.Position(d.by.said())}
	if d.ofType {
		o.Place = OriginInterface
	}
	if d.by.use != nil {
		o.Preset = d.by.use.presetName()
		o.PresetPos = w.pkg.Fset.Position(d.by.at(d.by.Name.Offset))
	}
	return o
}
