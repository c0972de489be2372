package resolve

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// A usedParam is a parameter that the first attempt uses up.
type usedParam struct {
	name    string // for a message
	word    string // for a directive
	why     string
	seeks   bool // it can be rewound
	request bool // it is an *http.Request
}

// writes reports whether attempts put something into the parameter.
func (u usedParam) writes() bool {
	return strings.HasSuffix(u.why, "an io.Writer") || strings.HasSuffix(u.why, "a channel to send to")
}

// used says what the first attempt does with the parameter.
func (u usedParam) used() string {
	if u.writes() {
		return "writes to " + u.name
	}
	return "uses up " + u.name
}

// again says what happens if something gets the parameter after the first attempt.
func (u usedParam) again(who string) string {
	if u.writes() {
		return ", and " + who + " would write again"
	}
	return ", so " + who + " would find nothing"
}

// usedUp returns the parameters that the first attempt uses up, except those that a rewind
// or reuse directive names.
func (r *Resolver) usedUp(m *model.Method, own map[grammar.Concern]*model.Directive) []usedParam {
	var list []usedParam
	reused := r.params(m, own[grammar.ConcernReuse])
	for i, v := range shape.Enumerate(m.Sig.Params()) {
		if i == m.CtxAt || slices.Contains(m.Rewind, i) || slices.Contains(reused, i) {
			continue
		}
		if why := shape.WhyUsedUp(v.Type()); why != "" {
			list = append(list, namedParam(i, v, why))
		}
	}
	return list
}

// once says why a call must not be repeated, not even by a policy that is set later, or
// returns "".
func (r *Resolver) once(m *model.Method, own map[grammar.Concern]*model.Directive) string {
	for _, u := range r.usedUp(m, own) {
		return "the first attempt " + u.used() + ", which is " + u.why
	}
	return ""
}

// checkUsedUp refuses retries with a parameter that the first attempt uses up.
func (r *Resolver) checkUsedUp(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive, pos token.Pos) {
	for _, u := range r.usedUp(m, own) {
		hint := "switch the retries off with " + model.Prefix + "simple attempts=1, or write " + model.Prefix + "reuse " + u.word + " if all attempts may share it"
		if u.seeks {
			hint = "rewind it before each retry with " + model.Prefix + "rewind " + u.word
		}
		hint = cmp.Or(hintOfRequest(m, u), hint)
		r.Report(pos, r.onMethod(w, m, hint), "the first attempt of "+m.Fn.Name()+" "+u.used()+u.again("a retry")+": it is "+u.why)
	}
}

// unshareable returns the parameters that one attempt after the other may have, but not copies
// of an attempt at the same time.
func (r *Resolver) unshareable(m *model.Method, own map[grammar.Concern]*model.Directive) []usedParam {
	var list []usedParam
	reused := r.params(m, own[grammar.ConcernReuse])
	for i, v := range shape.Enumerate(m.Sig.Params()) {
		if i == m.CtxAt || slices.Contains(m.Rewind, i) || slices.Contains(reused, i) || shape.WhyUsedUp(v.Type()) != "" {
			continue
		}
		if why := shape.WhyShared(m.Sig, i); why != "" {
			list = append(list, namedParam(i, v, why))
		}
	}
	return list
}

// namedParam describes a parameter for a message.
func namedParam(i int, v *types.Var, why string) usedParam {
	u := usedParam{v.Name(), v.Name(), why, shape.Seeks(v.Type()), shape.IsRequest(v.Type())}
	if !shape.Named(v) {
		u.name, u.word = "parameter "+strconv.Itoa(i+1), "NAME, after naming it,"
	}
	return u
}

// hintOfRequest returns the hint for a method that takes both a context and an
// *http.Request, or "": the request alone should carry the context.
func hintOfRequest(m *model.Method, u usedParam) string {
	if !u.request || m.Ctx != shape.ContextParam {
		return ""
	}
	ctx := cmp.Or(m.Sig.Params().At(m.CtxAt).Name(), "the other")
	return "remove the parameter " + ctx + " and let " + u.name + " carry the context, so that each attempt gets its own request; or write " +
		model.Prefix + "reuse " + u.word + " if it never has a body"
}

// checkFallback refuses a fallback that would get a parameter that the call has used up.
func (r *Resolver) checkFallback(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	if m.Fallback == nil {
		return
	}
	for _, u := range r.usedUp(m, own) {
		hint := "write " + model.Prefix + "reuse " + u.word + " if the fallback may get it as it is"
		if u.seeks {
			hint = "rewind it before the fallback with " + model.Prefix + "rewind " + u.word
		}
		r.Report(m.Fallback.Pos, r.onMethod(w, m, cmp.Or(hintOfRequest(m, u), hint)),
			m.Fn.Name()+" "+u.used()+u.again("its fallback")+": it is "+u.why)
	}
}

// checkReuse refuses a rewind or a reuse that makes no difference, and both for the same
// parameter, which contradict each other.
func (r *Resolver) checkReuse(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	if d := own[grammar.ConcernRewind]; d != nil && own[grammar.ConcernFallback] == nil && !m.Repeats() && !r.broken(w.decl) {
		r.Report(d.Said(), "add a strategy, as in "+model.Prefix+"simple attempts=3 delay=1s",
			strconv.Quote(d.Verb.Name)+" on "+m.Fn.Name()+": there is only one attempt, so nothing needs rewinding")
	}
	d := own[grammar.ConcernReuse]
	if d == nil {
		return
	}
	for _, word := range d.Words {
		i := slices.Index(shape.ParamNames(m.Sig), word.Text)
		switch {
		case i < 0: // reported by params
		case slices.Contains(m.Rewind, i):
			r.Report(d.At(word.Offset), "remove it from one of them: rewind rewinds it, reuse passes it on as it is",
				word.Text+" of "+m.Fn.Name()+" is in both rewind and reuse")
		case i != m.CtxAt && m.Policy.Hedge != (policy.Hedge{}) && shape.WhyShared(m.Sig, i) != "":
		case i == m.CtxAt || shape.WhyUsedUp(m.Sig.Params().At(i).Type()) == "":
			r.Report(d.At(word.Offset), "remove it", "no attempt of "+m.Fn.Name()+" uses up "+word.Text)
		}
	}
}
