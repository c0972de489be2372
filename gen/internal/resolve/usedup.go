package resolve

import (
	"cmp"
	"go/token"
	"slices"
	"strconv"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A usedParam is a parameter that the first attempt uses up.
type usedParam struct {
	name    string // for a message
	word    string // for a directive
	why     string
	seeks   bool // it can be put back
	request bool // it could carry the context
}

// usedUp returns the parameters that the first attempt uses up, but for those of
// which the user says that it does not matter.
func (r *Resolver) usedUp(m *model.Method, own map[grammar.Concern]*model.Directive) []usedParam {
	var list []usedParam
	reused := r.params(m, own[grammar.ConcernReuse])
	for i, v := range shape.Enumerate(m.Sig.Params()) {
		if i == m.CtxAt || slices.Contains(m.Rewind, i) || slices.Contains(reused, i) {
			continue
		}
		if why := shape.WhyUsedUp(v.Type()); why != "" {
			u := usedParam{v.Name(), v.Name(), why, shape.Seeks(v.Type()), shape.IsRequest(v.Type())}
			if !shape.Named(v) {
				u.name, u.word = "parameter "+strconv.Itoa(i+1), "NAME, after naming it,"
			}
			list = append(list, u)
		}
	}
	return list
}

// once says why the call must not be repeated, not even by a policy that is put
// into force later.
func (r *Resolver) once(m *model.Method, own map[grammar.Concern]*model.Directive) string {
	for _, u := range r.usedUp(m, own) {
		return "the first attempt uses " + u.name + " up, which is " + u.why
	}
	return ""
}

// checkUsedUp refuses to retry with a parameter that the first attempt uses up.
func (r *Resolver) checkUsedUp(m *model.Method, own map[grammar.Concern]*model.Directive, pos token.Pos) {
	for _, u := range r.usedUp(m, own) {
		hint := "switch the retries off with " + model.Prefix + "simple attempts=1, or say " + model.Prefix + "reuse " + u.word + " if each attempt may have it"
		if u.seeks {
			hint = "put it back before each retry with " + model.Prefix + "rewind " + u.word
		}
		hint = cmp.Or(hintOfRequest(m, u), hint)
		r.Report(pos, hint, "retries of "+m.Fn.Name()+" would find "+u.name+" used up: it is "+u.why)
	}
}

// hintOfRequest is the hint for an *http.Request that is used up beside a context,
// which it would be the better carrier of; "" for another parameter.
func hintOfRequest(m *model.Method, u usedParam) string {
	if !u.request || m.Ctx != shape.ContextParam {
		return ""
	}
	ctx := cmp.Or(m.Sig.Params().At(m.CtxAt).Name(), "the other")
	return "leave the context to " + u.name + " and drop " + ctx + ": each attempt gets a request of its own then; or say " +
		model.Prefix + "reuse " + u.word + " if it never has a body"
}

// checkFallback refuses to hand a parameter to the fallback of a call that has used
// it up.
func (r *Resolver) checkFallback(m *model.Method, own map[grammar.Concern]*model.Directive) {
	if m.Fallback == nil {
		return
	}
	for _, u := range r.usedUp(m, own) {
		hint := "say " + model.Prefix + "reuse " + u.word + " if the fallback may have it"
		if u.seeks {
			hint = "put it back before the fallback with " + model.Prefix + "rewind " + u.word
		}
		r.Report(m.Fallback.Pos, cmp.Or(hintOfRequest(m, u), hint),
			"a fallback of "+m.Fn.Name()+" would find "+u.name+" used up: it is "+u.why)
	}
}

// checkReuse refuses a rewind or a reuse that can make no difference, and both of one
// parameter, of which nobody knows what is meant.
func (r *Resolver) checkReuse(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	if d := own[grammar.ConcernRewind]; d != nil && own[grammar.ConcernFallback] == nil && !m.Repeats() && !r.broken(w.decl) {
		r.Report(d.Said(), "add a strategy, as in "+model.Prefix+"simple attempts=3 delay=1s",
			strconv.Quote(d.Verb.Name)+" on "+m.Fn.Name()+": there is one attempt, and nothing to put a parameter back for")
	}
	d := own[grammar.ConcernReuse]
	if d == nil {
		return
	}
	for _, word := range d.Words {
		i := slices.Index(shape.ParamNames(m.Sig), word.Text)
		switch {
		case i < 0: // which is reported
		case slices.Contains(m.Rewind, i):
			r.Report(d.At(word.Offset), "leave it out of one of them: rewind puts it back, reuse hands it over as it is",
				word.Text+" of "+m.Fn.Name()+" is in rewind and in reuse")
		case i == m.CtxAt || shape.WhyUsedUp(m.Sig.Params().At(i).Type()) == "":
			r.Report(d.At(word.Offset), "leave it out", "no attempt of "+m.Fn.Name()+" uses "+word.Text+" up")
		}
	}
}
