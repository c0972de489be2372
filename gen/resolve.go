package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// A resolver turns the declarations of one package into wrappers.
type resolver struct {
	diag.Reporter
	pkg      *loadedPackage
	scan     *scan
	declared map[string]token.Pos // what the user's files declare at package level
	asked    []string             // interfaces that -type names
}

// A draft is a wrapper that is being resolved, with the declaration that it is for.
type draft struct {
	*wrapper
	decl *declaration
}

// wrapper resolves one declaration. What is wrong with it is reported; the
// wrapper is of use only when nothing was.
func (r *resolver) wrapper(d *declaration) *draft {
	obj, ok := r.pkg.Types.Scope().Lookup(d.name()).(*types.TypeName)
	if d.name() == "_" {
		r.Report(d.spec.Name.Pos(), "give it a name", "an interface called _ cannot be wrapped")
		return nil
	}
	if !ok || r.pkg.Info.Defs[d.spec.Name] != obj {
		return nil // redeclared, which the type checker has reported
	}
	iface, ok := obj.Type().Underlying().(*types.Interface)
	switch {
	case !ok && r.reported(d):
		return nil
	case !ok:
		r.Report(d.spec.Name.Pos(), "directives stand on an interface type and on its methods", d.name()+" is no interface")
		return nil
	case !iface.IsMethodSet():
		r.Report(d.spec.Name.Pos(), "", d.name()+" is a constraint, which no value can have as its type")
		return nil
	}
	r.checkEmbedded(d, iface)
	w := &draft{wrapper: &wrapper{pkg: &r.pkg.basicPackage, iface: obj, pos: d.spec.Name.Pos(), aliases: d.file.aliases()}, decl: d}
	before := len(r.Errs)
	r.names(w)
	r.shared(w)
	acting := r.broken(d)
	for _, fn := range r.methodsInOrder(d, iface) {
		m := r.method(w, fn)
		w.methods = append(w.methods, m)
		acting = acting || m.acts
	}
	r.checkPredeclared(w, iface)
	r.checkFallbacks(w)
	r.checkKey(w)
	r.checkSlow(w)
	if !acting && len(r.Errs) == before {
		if r.isEmbedded(d) && !slices.Contains(r.asked, d.name()) {
			return nil // its directives are for the interfaces that embed it
		}
		r.Report(d.spec.Name.Pos(), w.whyNothing(),
			"nothing in "+d.name()+" can be wrapped: no method has a directive in force that it can honour")
	}
	return w
}

// whyNothing hints at why nothing acts on any of the methods.
func (w *draft) whyNothing() string {
	failing, off, once := 0, 0, 0
	skipped := ""
	for _, m := range w.methods {
		if m.fails {
			failing++
		}
		if m.fails && m.switchedOff() {
			off++
		}
		for _, d := range m.decisions {
			if m.fails && d.skipped == "" && d.concern() == grammar.ConcernStrategy {
				once++
			}
			if m.fails && d.skipped != "" && skipped == "" {
				skipped = strconv.Quote(d.by.Verb.Name) + " does not act on " + m.fn.Name() + ": " + d.skipped
			}
		}
	}
	switch {
	case len(w.methods) == 0:
		return w.decl.name() + " has no methods"
	case failing == 0:
		return "a method needs an error as its last result to be retried or guarded"
	case once > 0 && off == failing:
		return "attempts=1 makes no retry: use attempts=2 or more, or add a timeout or a breaker"
	case off == len(w.methods):
		return "all methods are switched off"
	case off == failing:
		return "all methods that return an error are switched off"
	case skipped != "":
		return skipped
	default:
		return "add a strategy, as in " + prefix + "exponential-jitter attempts=3"
	}
}

// switchedOff reports whether a method on which nothing acts says so itself.
func (m *method) switchedOff() bool {
	return slices.ContainsFunc(m.decisions, func(d decision) bool {
		return d.by != nil && (d.by.Off || d.concern() == grammar.ConcernNone || d.concern() == grammar.ConcernStrategy && d.skipped == "")
	})
}

// isEmbedded reports whether another interface with directives embeds d.
func (r *resolver) isEmbedded(d *declaration) bool {
	return slices.ContainsFunc(r.scan.declarations, func(other *declaration) bool {
		literal, ok := other.spec.Type.(*ast.InterfaceType)
		return ok && slices.ContainsFunc(literal.Methods.List, func(field *ast.Field) bool {
			name, ok := field.Type.(*ast.Ident)
			return ok && len(field.Names) == 0 && name.Name == d.name()
		})
	})
}

// broken reports whether a directive of a declaration has been found wrong, so
// that nobody knows what it would have put into force.
func (r *resolver) broken(d *declaration) bool {
	isBroken := func(d *directive) bool { return d.broken }
	if d.unread || slices.ContainsFunc(d.directives, isBroken) {
		return true
	}
	for pos, list := range r.scan.methods {
		if d.spec.Pos() <= pos && pos <= d.spec.End() && slices.ContainsFunc(list, isBroken) {
			return true
		}
	}
	return false
}

// concerns are what a wrapped method is made of, in the order in which its
// directives take effect.
var concerns = []grammar.Concern{
	grammar.ConcernStrategy, grammar.ConcernHedge, grammar.ConcernTimeout, grammar.ConcernBreaker, grammar.ConcernBudget,
	grammar.ConcernLimit, grammar.ConcernOn, grammar.ConcernNot, grammar.ConcernResult,
	grammar.ConcernFallback, grammar.ConcernRewind, grammar.ConcernReuse, grammar.ConcernIdempotencyKey,
}

// shared takes the type's breaker, budget and limit, which all its methods share.
func (r *resolver) shared(w *draft) {
	for _, d := range w.decl.directives {
		switch d.Verb.Concern {
		case grammar.ConcernBreaker, grammar.ConcernBudget, grammar.ConcernLimit:
			d.apply(&w.shared)
		}
	}
	if w.shared.Budget == (policy.Budget{}) {
		w.shared.Budget = policy.DefaultBudget()
	}
	if w.shared.Breaker.Off {
		w.shared.Breaker = policy.Breaker{}
	}
	if w.shared.Limit.Off {
		w.shared.Limit = policy.Limit{}
	}
}

// method resolves one method.
func (r *resolver) method(w *draft, fn *types.Func) *method {
	m := &method{fn: fn, pos: r.posOf(w.decl, fn), sig: fn.Signature()}
	m.ctx, m.ctxAt = shape.CarrierOf(m.sig)
	m.fails = shape.Fails(m.sig)
	r.checkSignature(w, m)
	if !fn.Exported() && fn.Pkg() != r.pkg.Types {
		r.Report(m.pos, "embed an interface without it",
			"method "+fn.Name()+" is unexported in package "+fn.Pkg().Name()+", so no type of this package can have it")
		return m
	}
	own := byConcern(r.scan.methods[fn.Pos()])
	if none := own[grammar.ConcernNone]; none != nil {
		m.decisions = []decision{{by: none}}
		return m
	}
	r.concerns(w, m, own)
	r.checkPolicy(w, m, own)
	m.once = r.once(m, own)
	return m
}

// concerns puts into m what is in force: the method's directive where there is
// one, else the type's, where the method can honour it.
func (r *resolver) concerns(w *draft, m *method, own map[grammar.Concern]*directive) {
	inherited := byConcern(w.decl.directives)
	for _, c := range concerns {
		d, ofType := own[c], false
		if d == nil {
			d, ofType = inherited[c], true
		}
		if d == nil && c == grammar.ConcernBudget && m.repeats() {
			m.decisions = append(m.decisions, decision{})
		}
		if d == nil || d.broken {
			continue
		}
		why := m.cannot(d)
		if ofType && why == "" {
			why = m.shouldNot(d)
		}
		if why != "" && !d.Off {
			if ofType {
				m.decisions = append(m.decisions, decision{by: d, ofType: true, skipped: why})
			} else {
				r.dishonoured(m, d, why)
			}
			continue
		}
		m.decisions = append(m.decisions, decision{by: d, ofType: ofType})
		r.apply(w, m, d, ofType)
	}
	if own[grammar.ConcernBudget] == nil {
		m.budget = m.repeats() && !w.shared.Budget.Off
	}
	if m.policy.Retry.Attempts <= 1 {
		m.policy.Retry = policy.Retry{}
		r.withoutRetries(m, own)
	}
	if !m.repeats() {
		m.policy.Budget, m.budget = policy.Budget{}, false
	}
	m.acts = m.repeats() || m.idempotent || m.breaker || m.limit || m.fallback != nil ||
		m.policy.Breaker != (policy.Breaker{}) || m.policy.Timeout != (policy.Timeout{}) ||
		m.policy.Limit != (policy.Limit{})
}

// repeats reports whether a call may be made more than once, which the budget
// bounds.
func (m *method) repeats() bool {
	return m.policy.Retry.Attempts > 1 || m.policy.Hedge != (policy.Hedge{})
}

// byConcern returns the directives of one place. Of what is said twice, which is
// an error, the last counts.
func byConcern(list []*directive) map[grammar.Concern]*directive {
	said := make(map[grammar.Concern]*directive)
	for _, d := range list {
		said[d.Verb.Concern] = d
	}
	return said
}

// dishonoured reports a directive of a method that the method cannot honour.
func (r *resolver) dishonoured(m *method, d *directive, why string) {
	what, hint := strconv.Quote(d.Verb.Name), ""
	if d.use != nil {
		what += " of preset " + strconv.Quote(d.use.presetName())
		hint = "give " + m.fn.Name() + " directives of its own in the place of the preset"
		if d.Verb.Off {
			hint = "write " + prefix + d.Verb.Name + " off beside it, which wins over the preset"
		}
	}
	r.Report(d.said(), hint, what+" on "+m.fn.Name()+": "+why)
}

// apply puts one directive into force.
func (r *resolver) apply(w *draft, m *method, d *directive, ofType bool) {
	switch d.Verb.Concern {
	case grammar.ConcernBreaker:
		r.applyBreaker(m, d, ofType)
	case grammar.ConcernLimit:
		m.limit = ofType && !d.Off
		if !ofType && !d.Off {
			d.apply(&m.policy)
		}
	case grammar.ConcernBudget:
		if !ofType && !d.Off {
			d.apply(&m.policy)
		}
	case grammar.ConcernResult:
		if !d.Off {
			r.applyResult(m, d, ofType)
		}
	case grammar.ConcernFallback:
		m.fallback = r.fallback(w, m, d)
	case grammar.ConcernRewind:
		m.rewind = r.rewind(m, d)
	case grammar.ConcernOn:
		m.on = r.matchers(d)
	case grammar.ConcernNot:
		m.not = r.matchers(d)
	case grammar.ConcernIdempotencyKey:
		m.idempotent = !d.Off
	case grammar.ConcernReuse:
	default:
		if !d.Off {
			d.apply(&m.policy)
		}
	}
}

// cannot says why a method cannot honour a directive, or "".
func (m *method) cannot(d *directive) string {
	switch d.Verb.Concern {
	case grammar.ConcernTimeout, grammar.ConcernIdempotencyKey, grammar.ConcernHedge:
		if m.ctx == shape.NoContext {
			return "the method has no context"
		}
	case grammar.ConcernStrategy:
		if text, _, _ := d.Value("attempts"); text == "unlimited" && m.ctx == shape.NoContext {
			return "unlimited attempts need a context to end them, and the method has none"
		}
	case grammar.ConcernReuse, grammar.ConcernWrap:
		return ""
	}
	if !m.fails {
		return "the method's last result is no error"
	}
	return ""
}

// shouldNot says why a directive of the type is better left off on a method, or "".
// On the method itself it is the user's word.
func (m *method) shouldNot(d *directive) string {
	if d.Verb.Concern == grammar.ConcernBreaker && m.fn.Name() == "Close" && m.sig.Params().Len() == 0 {
		return "a refused Close would leak what it closes"
	}
	return ""
}
