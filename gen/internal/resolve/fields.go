package resolve

import (
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// fields finds the fields of the parameters that the first attempt may use up. The user
// may have said that they can be reused, or that they must be rewound.
func (r *Resolver) fields(m *model.Method, own map[grammar.Concern]*model.Directive) []model.Field {
	reused, rewound := dotted(own[grammar.ConcernReuse]), dotted(own[grammar.ConcernRewind])
	var list []model.Field
	var names []string
	for i, v := range shape.Enumerate(m.Sig.Params()) {
		if i == m.CtxAt || shape.WhyUsedUp(v.Type()) != "" {
			continue
		}
		for _, field := range shape.FieldsUsedUp(v.Type()) {
			f := model.Field{Field: field, Param: i}
			name := v.Name() + "." + field.Name()
			names = append(names, name)
			if slices.Contains(reused, name) {
				continue
			}
			f.Demand = slices.Contains(rewound, name)
			list = append(list, f)
			if f.Demand {
				r.checkDemand(m, own[grammar.ConcernRewind], f, name)
			}
		}
	}
	r.checkFieldWords(m, own[grammar.ConcernReuse], names)
	r.checkFieldWords(m, own[grammar.ConcernRewind], names)
	return list
}

// checkDemand refuses a rewind that can never succeed, or that a hedge makes useless.
func (r *Resolver) checkDemand(m *model.Method, d *model.Directive, f model.Field, name string) {
	switch {
	case !f.MaySeek():
		r.Report(d.Said(), "remove it: without it a call that has one makes one attempt", name+" is not an io.Seeker, so it cannot be rewound")
	case m.Policy.Hedge != (policy.Hedge{}):
		r.Report(d.Said(), "remove the hedge", "copies of "+m.Fn.Name()+" would read "+name+" at the same time, and rewind does not help")
	}
}

// checkFieldWords reports the words of a directive that name a field which no attempt uses
// up.
func (r *Resolver) checkFieldWords(m *model.Method, d *model.Directive, names []string) {
	if d == nil {
		return
	}
	for _, word := range d.Words {
		if strings.Contains(word.Text, ".") && !slices.Contains(names, word.Text) {
			r.Report(d.At(word.Offset), diag.DidYouMean(word.Text, names), "no attempt of "+m.Fn.Name()+" uses up a field "+word.Text)
		}
	}
}

// dotted returns the words of a directive that name fields.
func dotted(d *model.Directive) []string {
	var list []string
	if d != nil {
		for _, word := range d.Words {
			if strings.Contains(word.Text, ".") {
				list = append(list, word.Text)
			}
		}
	}
	return list
}
