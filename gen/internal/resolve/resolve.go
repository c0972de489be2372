// Package resolve decides what is in force for each method of an annotated interface, and
// refuses what would do harm.
//
// It takes a type-checked package and its directives, and returns wrappers of package
// model, and errors at the offending words. It does not know how package render writes
// code and comments.
package resolve

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// A Resolver turns the declarations of one package into wrappers.
type Resolver struct {
	diag.Reporter
	Pkg      *load.Package
	Scan     *directive.Scan
	Declared map[string]token.Pos // names that the user's files declare at package level
	Asked    []string             // interfaces that -type names
}

// A Draft is a wrapper that is being resolved, and its declaration.
type Draft struct {
	*model.Wrapper
	decl *directive.Declaration
}

// Wrapper resolves one declaration, and reports the mistakes in it. Use the wrapper only if
// there are none.
func (r *Resolver) Wrapper(d *directive.Declaration) *Draft {
	obj, ok := r.Pkg.Types.Scope().Lookup(d.Name()).(*types.TypeName)
	if d.Name() == "_" {
		r.Report(d.Spec.Name.Pos(), "give it a name", "an interface called _ cannot be wrapped")
		return nil
	}
	if !ok || r.Pkg.Info.Defs[d.Spec.Name] != obj {
		return nil // redeclared, which the type checker has reported
	}
	iface, ok := obj.Type().Underlying().(*types.Interface)
	switch {
	case !ok && r.reported(d):
		return nil
	case !ok:
		r.Report(d.Spec.Name.Pos(), "put directives on an interface type and on its methods", d.Name()+" is not an interface")
		return nil
	case !iface.IsMethodSet():
		r.Report(d.Spec.Name.Pos(), "", d.Name()+" is a constraint, and no value can have it as its type")
		return nil
	}
	r.checkEmbedded(d, iface)
	w := &Draft{Wrapper: &model.Wrapper{Pkg: &r.Pkg.Package, Iface: obj, Pos: d.Spec.Name.Pos(), Aliases: d.File.Aliases()}, decl: d}
	w.Allows = allows(d.Directives)
	before := len(r.Errs)
	r.names(w)
	r.shared(w)
	acting := r.broken(d)
	for _, fn := range r.methodsInOrder(d, iface) {
		m := r.method(w, fn)
		w.Methods = append(w.Methods, m)
		acting = acting || m.Acts
	}
	r.checkFallbacks(w)
	r.checkKey(w)
	r.checkSlow(w)
	r.checkContexts(w)
	r.sorters(w)
	r.checkPredeclared(w, iface)
	if !acting && len(r.Errs) == before {
		if r.isEmbedded(d) && !slices.Contains(r.Asked, d.Name()) {
			return nil // its directives are meant for the interfaces that embed it
		}
		r.Report(d.Spec.Name.Pos(), w.whyNothing(),
			"nothing in "+d.Name()+" can be wrapped: no method has a directive in force that it can honour")
	}
	return w
}

// whyNothing returns a hint why nothing acts on any of the methods.
func (w *Draft) whyNothing() string {
	failing, off, once := 0, 0, 0
	skipped := ""
	for _, m := range w.Methods {
		if m.CanFail() {
			failing++
		}
		if m.CanFail() && switchedOff(m) {
			off++
		}
		for _, d := range m.Decisions {
			if m.CanFail() && d.Skipped == "" && d.Concern() == grammar.ConcernStrategy {
				once++
			}
			if m.CanFail() && d.Skipped != "" && skipped == "" {
				skipped = strconv.Quote(d.By.Verb.Name) + " does not act on " + m.Fn.Name() + ": " + d.Skipped
			}
		}
	}
	switch {
	case len(w.Methods) == 0:
		return w.decl.Name() + " has no methods"
	case failing == 0:
		return "only a method whose last result is an error can be retried or guarded"
	case once > 0 && off == failing:
		return "attempts=1 makes no retry: use attempts=2 or more, or add a timeout or a breaker"
	case off == len(w.Methods):
		return "all methods are switched off"
	case off == failing:
		return "all methods that return an error are switched off"
	case skipped != "":
		return skipped
	default:
		return "add a strategy, as in " + model.Prefix + "exponential-jitter attempts=3"
	}
}

// switchedOff reports whether the directives of a method switch everything off. Without what
// says which errors are retried, it would act all the same.
func switchedOff(m *model.Method) bool {
	sorts := []grammar.Concern{grammar.ConcernOn, grammar.ConcernNot, grammar.ConcernClassify, grammar.ConcernRetryAfter, grammar.ConcernLibrary}
	return slices.ContainsFunc(m.Decisions, func(d model.Decision) bool {
		return d.By != nil && (d.By.Off && !slices.Contains(sorts, d.Concern()) || d.Concern() == grammar.ConcernNone || d.Concern() == grammar.ConcernStrategy && d.Skipped == "")
	})
}

// isEmbedded reports whether another interface with directives embeds d.
func (r *Resolver) isEmbedded(d *directive.Declaration) bool {
	return slices.ContainsFunc(r.Scan.Declarations, func(other *directive.Declaration) bool {
		literal, ok := other.Spec.Type.(*ast.InterfaceType)
		return ok && slices.ContainsFunc(literal.Methods.List, func(field *ast.Field) bool {
			name, ok := field.Type.(*ast.Ident)
			return ok && len(field.Names) == 0 && name.Name == d.Name()
		})
	})
}

// broken reports whether a declaration has a wrong directive, so that its policies are not
// known.
func (r *Resolver) broken(d *directive.Declaration) bool {
	isBroken := func(d *model.Directive) bool { return d.Broken }
	if d.Unread || slices.ContainsFunc(d.Directives, isBroken) {
		return true
	}
	for pos, list := range r.Scan.Methods {
		if d.Spec.Pos() <= pos && pos <= d.Spec.End() && slices.ContainsFunc(list, isBroken) {
			return true
		}
	}
	return false
}

// shared resolves the breaker, budget and limit that the methods of the type share.
func (r *Resolver) shared(w *Draft) {
	for _, d := range w.decl.Directives {
		switch d.Verb.Concern {
		case grammar.ConcernBreaker, grammar.ConcernBudget, grammar.ConcernLimit:
			d.Apply(&w.Shared)
		}
	}
	if w.Shared.Budget == (policy.Budget{}) {
		w.Shared.Budget = policy.DefaultBudget()
	}
	if w.Shared.Breaker.Off {
		w.Shared.Breaker = policy.Breaker{}
	}
	if w.Shared.Limit.Off {
		w.Shared.Limit = policy.Limit{}
	}
}

// method resolves one method.
func (r *Resolver) method(w *Draft, fn *types.Func) *model.Method {
	m := &model.Method{Fn: fn, Pos: r.posOf(w.decl, fn), Sig: fn.Signature(), Allows: allows(r.Scan.Methods[fn.Pos()])}
	m.Ctx, m.CtxAt = shape.CarrierOf(m.Sig)
	m.Fails = shape.Fails(m.Sig)
	m.EOFEnds = shape.EndsWithEOF(fn)
	m.Waits = shape.WaitsForMessages(fn)
	r.checkSignature(w, m)
	if !fn.Exported() && fn.Pkg() != r.Pkg.Types {
		r.Report(m.Pos, "embed an interface without that method",
			"method "+fn.Name()+" is unexported in package "+fn.Pkg().Name()+", so a type of this package cannot implement it")
		return m
	}
	r.checkWritable(m)
	own := byConcern(r.Scan.Methods[fn.Pos()])
	if none := own[grammar.ConcernNone]; none != nil {
		m.Decisions = []model.Decision{{By: none}}
		return m
	}
	r.concerns(w, m, own)
	m.InTx = shape.InTransaction(w.Iface.Type().Underlying().(*types.Interface), fn) &&
		(own[grammar.ConcernOn] == nil || !m.OnConflict())
	r.checkPolicy(w, m, own)
	m.Once = r.once(m, own)
	r.checkHolders(w, m)
	if m.Acts {
		m.Fields = r.fields(m, own)
	}
	return m
}

// concerns puts into m what is in force: the method's own directive, or else the type's if
// the method can have it.
func (r *Resolver) concerns(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	inherited := byConcern(w.decl.Directives)
	for _, c := range model.Concerns {
		d, ofType := own[c], false
		if d == nil {
			d, ofType = inherited[c], true
		}
		if d == nil && c == grammar.ConcernBudget && m.Repeats() {
			m.Decisions = append(m.Decisions, model.Decision{})
		}
		if d == nil || d.Broken {
			continue
		}
		why := cannot(m, d)
		if ofType && why == "" {
			why = shouldNot(m, d)
		}
		if why != "" && !d.Off {
			if ofType {
				m.Decisions = append(m.Decisions, model.Decision{By: d, OfType: true, Skipped: why})
			} else {
				r.dishonoured(m, d, why)
			}
			continue
		}
		m.Decisions = append(m.Decisions, model.Decision{By: d, OfType: ofType})
		r.apply(w, m, d, ofType)
	}
	if own[grammar.ConcernBudget] == nil {
		m.Budget = m.Repeats() && !w.Shared.Budget.Off
	}
	if m.Policy.Retry.Attempts <= 1 {
		m.Policy.Retry = policy.Retry{}
		r.withoutRetries(m, own)
	}
	if !m.Repeats() {
		m.Policy.Budget, m.Budget = policy.Budget{}, false
	}
	m.Acts = m.Repeats() || m.Idempotent || m.Breaker || m.Limit || m.Fallback != nil ||
		m.Policy.Breaker != (policy.Breaker{}) || m.Policy.Timeout != (policy.Timeout{}) ||
		m.Policy.Limit != (policy.Limit{})
}

// allows returns the allow directives of one place.
func allows(list []*model.Directive) []*model.Directive {
	var found []*model.Directive
	for _, d := range list {
		if d.Verb.Concern == grammar.ConcernAllow && !d.Broken {
			found = append(found, d)
		}
	}
	return found
}

// byConcern returns the directives of one place by concern. If two set the same concern,
// which is an error, the last one counts.
func byConcern(list []*model.Directive) map[grammar.Concern]*model.Directive {
	said := make(map[grammar.Concern]*model.Directive)
	for _, d := range list {
		said[d.Verb.Concern] = d
	}
	return said
}

// dishonoured reports a directive of a method that the method cannot have.
func (r *Resolver) dishonoured(m *model.Method, d *model.Directive, why string) {
	what, hint := strconv.Quote(d.Verb.Name), ""
	if d.Use != nil {
		what += " of preset " + strconv.Quote(d.Use.PresetName())
		hint = "give " + m.Fn.Name() + " its own directives instead of the preset"
		if d.Verb.Off {
			hint = "write " + model.Prefix + d.Verb.Name + " off next to it, which overrides the preset"
		}
	}
	r.Report(d.Said(), hint, what+" on "+m.Fn.Name()+": "+why)
}

// apply puts one directive into force.
func (r *Resolver) apply(w *Draft, m *model.Method, d *model.Directive, ofType bool) {
	switch d.Verb.Concern {
	case grammar.ConcernBreaker:
		r.applyBreaker(m, d, ofType)
	case grammar.ConcernLimit:
		m.Limit = ofType && !d.Off
		if !ofType && !d.Off {
			d.Apply(&m.Policy)
		}
	case grammar.ConcernBudget:
		if !ofType && !d.Off {
			d.Apply(&m.Policy)
		}
	case grammar.ConcernErrorIn:
		if !d.Off {
			r.applyErrorIn(w, m, d, ofType)
		}
	case grammar.ConcernResult:
		if !d.Off {
			r.applyResult(m, d, ofType)
		}
	case grammar.ConcernFallback:
		m.Fallback = r.fallback(w, m, d)
	case grammar.ConcernRewind:
		m.Rewind = r.rewind(m, d)
	case grammar.ConcernOn:
		m.On = r.matchers(d)
	case grammar.ConcernNot:
		m.Not = r.matchers(d)
	case grammar.ConcernClassify:
		m.Classify = r.errorFunc(d)
	case grammar.ConcernRetryAfter:
		m.RetryAfter = r.errorFunc(d)
	case grammar.ConcernIdempotencyKey:
		m.Idempotent = !d.Off
	case grammar.ConcernStream:
		m.Streams = true
	case grammar.ConcernReuse, grammar.ConcernLibrary: // see the checks of these
	default:
		if !d.Off {
			d.Apply(&m.Policy)
		}
	}
}

// cannot says why a method cannot have a directive, or returns "".
func cannot(m *model.Method, d *model.Directive) string {
	if m.Ctx == shape.NoContext && needsContext(d) {
		return "the method has no context"
	}
	switch d.Verb.Concern {
	case grammar.ConcernStream:
		if m.CanFail() && shape.DataResults(m.Sig) == 0 {
			return "the method returns nothing besides the error"
		}
	case grammar.ConcernStrategy:
		if text, _, _ := d.Value("attempts"); text == "unlimited" && m.Ctx == shape.NoContext {
			return "unlimited attempts need a context to end them, and the method has none"
		}
	case grammar.ConcernReuse, grammar.ConcernWrap, grammar.ConcernErrorIn:
		return ""
	}
	if !m.CanFail() {
		return "the method's last result is not an error"
	}
	return ""
}

// needsContext reports whether a directive can only act on methods that have a context.
func needsContext(d *model.Directive) bool {
	switch d.Verb.Concern {
	case grammar.ConcernTimeout, grammar.ConcernIdempotencyKey, grammar.ConcernHedge, grammar.ConcernStream:
		return true
	}
	return false
}

// shouldNot says why a directive of the type should not apply to a method, or returns "". A
// directive on the method itself always applies.
func shouldNot(m *model.Method, d *model.Directive) string {
	switch d.Verb.Concern {
	case grammar.ConcernBreaker:
		if m.Fn.Name() == "Close" && m.Sig.Params().Len() == 0 {
			return "a refused Close would leak what it closes"
		}
	case grammar.ConcernStrategy, grammar.ConcernHedge:
		if m.Fn.Name() == "Commit" {
			return "a Commit that fails may have been carried out"
		}
	}
	return ""
}
