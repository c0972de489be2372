// Package explain says what is in force for each method, which directive says so, how long
// the waits are and how long a call can take. It also applies overrides to the policies.
//
// It takes wrappers of package model and the text of an overrides file, and returns an
// Explanation. It writes neither code nor text for the terminal.
package explain

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// An Explanation says what is in force in packages, and why.
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

// An ExplainedMethod says what is in force for a method.
type ExplainedMethod struct {
	Name string

	// Pos is the position of the method, or of the embedded element that brings it from
	// another package.
	Pos Position

	// PassesThrough says why nothing acts on a call, so that it passes straight through;
	// "" if something acts.
	PassesThrough string

	// Parts are the concerns that the method or the interface has directives for, in the
	// order in which they take effect. All other concerns are off, except the budget: its
	// default is among the parts.
	Parts []Part

	// Notes say what follows from the signature of the method, where that matters to what
	// is in force.
	Notes []string

	// Policy is what is in force, in numbers, including what the method shares with others.
	Policy policy.Policy

	Attempts int // policy.Unlimited if there is no limit
	Waits    Waits
	Call     CallTime // zero if the call passes through

	// Errors say what happens when the error of Config.Error comes. There are none without
	// such an error, or if the call passes through.
	Errors []ExplainedError
}

// A Part says what is in force for one concern of a method.
type Part struct {
	Concern grammar.Concern

	// Text is the directive. A directive of only numbers is in canonical form, with all
	// defaults.
	Text string

	// Shared says that the method shares the breaker, the budget or the limit with other
	// methods. Otherwise it has its own.
	Shared bool

	// Skipped says why the directive does nothing here; "" if it acts.
	Skipped string

	Origin Origin
}

// An Origin says where a part comes from.
type Origin struct {
	Place OriginPlace

	// Pos is the position of the directive, or of the use directive that brings it in from
	// a preset. It is zero for OriginDefault.
	Pos Position

	Variable  string   // the environment variable, if an override comes from one
	Preset    string   // the name of the preset, if it comes from one
	PresetPos Position // the position of the directive in the preset
}

// An OriginPlace is the kind of place that a part comes from.
type OriginPlace string

// The places that a part can come from.
const (
	OriginInterface OriginPlace = "interface"
	OriginMethod    OriginPlace = "method"
	OriginDefault   OriginPlace = "default"   // no directive says anything, so the default is in force
	OriginOverride  OriginPlace = "override"  // an override in Config.Overrides
	OriginSignature OriginPlace = "signature" // the types in the methods of the interface
)

// Explain explains wrappers that are resolved. If said is not empty, it is an error that the
// explanation is about too.
func Explain(wrappers []*model.Wrapper, said string) *Explanation {
	var e Explanation
	for _, w := range wrappers {
		explained := explainedInterface(w)
		for i, m := range w.Methods {
			if said != "" && m.Acts {
				explained.Methods[i].Errors = errorsOf(m, said)
			}
		}
		e.Interfaces = append(e.Interfaces, explained)
	}
	slices.SortStableFunc(e.Interfaces, func(a, b ExplainedInterface) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	return &e
}

func explainedInterface(w *model.Wrapper) ExplainedInterface {
	e := ExplainedInterface{
		Name: w.Iface.Name(), Package: w.Pkg.Path, Pos: w.Pkg.Fset.Position(w.Pos),
		Wrapper: w.Name, File: w.Path,
	}
	for _, m := range w.Methods {
		e.Methods = append(e.Methods, explainedMethod(m, w))
	}
	return e
}

func explainedMethod(m *model.Method, w *model.Wrapper) ExplainedMethod {
	e := ExplainedMethod{
		Name:     m.Fn.Name(),
		Pos:      w.Pkg.Fset.Position(m.Pos),
		Policy:   declared(w, m),
		Attempts: max(1, m.Policy.Retry.Attempts),
		Waits:    waitsOf(m.Policy.Retry),
	}
	for _, d := range m.Decisions {
		e.Parts = append(e.Parts, partOf(m, w, d))
	}
	if m.Acts {
		e.Call, e.Notes = callTime(w, m), notes(m)
	} else {
		e.PassesThrough = passesThrough(e.Parts)
	}
	return e
}

// onlyUnprocessed is the rule for requests that must not be carried out twice.
const onlyUnprocessed = "a request that is not idempotent, such as a POST, is sent again only if the server has not processed it, if it has an idempotency key, or if on lists the error"

// notes says what follows from the signature of a method.
func notes(m *model.Method) []string {
	var list []string
	if m.Policy.Timeout != (policy.Timeout{}) {
		switch streams, closes := m.Outlives(); {
		case closes:
			list = append(list, "the result outlives the timeouts until it is closed")
		case streams:
			list = append(list, "the result outlives the timeouts")
		}
	}
	if m.EOFEnds && m.GoesByClass() {
		list = append(list, "io.EOF is the end, not a failure")
	}
	if m.InTx && m.RetriesConflicts() {
		list = append(list, "a conflict is final, because it ends the transaction")
	}
	if m.Ctx == shape.RequestParam && m.Repeats() {
		list = append(list, onlyUnprocessed)
	}
	return append(list, sorted(m)...)
}

// passesThrough says why nothing acts on a method.
func passesThrough(parts []Part) string {
	switch {
	case len(parts) == 0:
		return "no directive is about it"
	case parts[0].Concern == grammar.ConcernNone:
		return "its directive is none"
	case !slices.ContainsFunc(parts, func(p Part) bool { return p.Skipped == "" }):
		return "no directive of the interface applies to it"
	case slices.ContainsFunc(parts, func(p Part) bool { return p.Concern == grammar.ConcernStrategy && p.Skipped == "" }):
		return "attempts=1 makes no retry, and nothing else is in force"
	default:
		return "it makes one attempt, and nothing bounds or guards it"
	}
}

func partOf(m *model.Method, w *model.Wrapper, d model.Decision) Part {
	if d.Over != nil {
		p := Part{
			Concern: d.Over.Concern, Text: d.Over.Policy.String(), Shared: d.Over.Shared, Skipped: d.Skipped,
			Origin: Origin{Place: OriginOverride, Pos: d.At, Variable: d.Variable},
		}
		switch {
		case d.Skipped != "":
			p.Text = d.Over.Text
			return p
		case d.Over.Policy.Retry == policy.Retry{Attempts: 1}: // of none, which has no strategy
			p.Text = "simple attempts=1"
		}
		if p.Concern == grammar.ConcernBreaker && m.Key != nil && !d.Over.Policy.Breaker.Off {
			p.Text += " key=" + m.Key.Word
		}
		return p
	}
	if d.Shown != nil {
		return Part{Concern: grammar.ConcernLibrary, Text: libraryText(d.Shown), Origin: Origin{Place: OriginSignature}}
	}
	if d.By == nil {
		return Part{
			Concern: grammar.ConcernBudget, Text: policy.Policy{Budget: policy.DefaultBudget()}.String(),
			Shared: true, Origin: Origin{Place: OriginDefault},
		}
	}
	p := Part{Concern: d.By.Verb.Concern, Text: directiveText(d.By), Skipped: d.Skipped, Origin: origin(d, w)}
	if d.Skipped != "" || d.By.Off {
		return p
	}
	switch p.Concern {
	case grammar.ConcernBreaker:
		p.Shared = m.Breaker
	case grammar.ConcernLimit:
		p.Shared = m.Limit
	case grammar.ConcernBudget:
		p.Shared = m.Budget
		if !m.Repeats() {
			p.Skipped = "there are no retries to bound"
		}
	case grammar.ConcernReuse:
		if !m.Repeats() && m.Fallback == nil {
			p.Skipped = "there are no retries to pass it to"
		}
	}
	return p
}

// libraryText writes the directive that names the libraries of a signature.
func libraryText(shown []*model.Sorter) string {
	text := string(grammar.ConcernLibrary)
	for _, s := range shown {
		if !strings.Contains(text+" ", " "+s.Library.Word+" ") {
			text += " " + s.Library.Word
		}
	}
	return text
}

// directiveText writes a directive, in canonical form if there is one.
func directiveText(d *model.Directive) string {
	var p policy.Policy
	d.Apply(&p)
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

func origin(d model.Decision, w *model.Wrapper) Origin {
	o := Origin{Place: OriginMethod, Pos: w.Pkg.Fset.Position(d.By.Said())}
	if d.OfType {
		o.Place = OriginInterface
	}
	if d.By.Use != nil {
		o.Preset = d.By.Use.PresetName()
		o.PresetPos = w.Pkg.Fset.Position(d.By.At(d.By.Name.Offset))
	}
	return o
}
