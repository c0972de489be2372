package resolve

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/directive"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// checkEmbedded refuses an interface that embeds an unknown one: the wrapper would lack its
// methods.
func (r *Resolver) checkEmbedded(d *directive.Declaration, iface *types.Interface) {
	if !embedsUnknown(iface, make(map[*types.Interface]bool)) || r.reported(d) {
		return
	}
	if len(r.Pkg.Causes) > 0 {
		r.Errs = append(r.Errs, r.Pkg.Causes...)
		return
	}
	r.Report(d.Spec.Name.Pos(), "go vet says more", d.Name()+" embeds an unknown interface")
}

func embedsUnknown(iface *types.Interface, seen map[*types.Interface]bool) bool {
	if seen[iface] {
		return false
	}
	seen[iface] = true
	for embedded := range iface.EmbeddedTypes() {
		if shape.Unknown(embedded) {
			return true
		}
		if inner, ok := embedded.Underlying().(*types.Interface); ok && embedsUnknown(inner, seen) {
			return true
		}
	}
	return false
}

// checkSignature refuses types that generated code must not copy or cannot write.
func (r *Resolver) checkSignature(w *Draft, m *model.Method) {
	for v := range shape.Variables(m.Sig) {
		if lock := shape.LockIn(v.Type()); lock != nil {
			r.Report(r.posOfVar(m, v), "pass a pointer", m.Fn.Name()+" passes a lock by value: "+describeLock(v.Type(), lock))
		}
		if shape.Unknown(v.Type()) {
			r.checkUnknown(w, m)
		}
	}
}

// posOfVar returns where to report a parameter or result. If another package declares it,
// that is the position of its method.
func (r *Resolver) posOfVar(m *model.Method, v *types.Var) token.Pos {
	if m.Fn.Pkg() == r.Pkg.Types && v.Pos().IsValid() {
		return v.Pos()
	}
	return m.Pos
}

// describeLock names a type that is passed by value, and the lock in it.
func describeLock(t, lock types.Type) string {
	outer, inner := types.TypeString(t, shape.ShortNames), types.TypeString(lock, shape.ShortNames)
	if types.Identical(t, lock) {
		return outer
	}
	return outer + ", which holds " + diag.Article(inner) + " " + inner
}

// checkUnknown reports why a type in a signature is unknown, unless the compiler's message
// about the interface does.
func (r *Resolver) checkUnknown(w *Draft, m *model.Method) {
	pos := m.Pos
	for _, file := range r.Pkg.Files {
		if c := cType(file.Syntax, m.Fn.Pos()); c != nil {
			r.Report(c.Pos(), "use Go types in the interface, and convert the values in its implementation",
				"C."+c.Sel.Name+" in the signature of "+m.Fn.Name()+": a generated file cannot name the types of cgo")
			return
		}
	}
	switch {
	case r.reported(w.decl):
	case len(r.Pkg.Causes) > 0:
		r.Errs = append(r.Errs, r.Pkg.Causes...)
	default:
		r.Report(pos, "go vet says more", "the signature of "+m.Fn.Name()+" has an unknown type")
	}
}

// reported reports whether the type checker has reported an error in a declaration.
func (r *Resolver) reported(d *directive.Declaration) bool {
	return slices.ContainsFunc(r.Pkg.Faults(), func(f load.Fault) bool { return f.Touches(d.Spec.Pos(), d.Spec.End()) })
}

// cType finds a type of cgo in the method that is declared at pos.
func cType(file *ast.File, pos token.Pos) *ast.SelectorExpr {
	var found *ast.SelectorExpr
	ast.Inspect(file, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || len(field.Names) == 0 || field.Names[0].Pos() != pos {
			return found == nil
		}
		ast.Inspect(field.Type, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && found == nil {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "C" {
					found = sel
				}
			}
			return found == nil
		})
		return false
	})
	return found
}

// checkPolicy refuses a policy that would do harm to a method with this signature.
func (r *Resolver) checkPolicy(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	at := func(c grammar.Concern) token.Pos {
		if d := own[c]; d != nil {
			return d.Said()
		}
		return m.Pos
	}
	r.checkHedge(w, m, own, at(grammar.ConcernHedge))
	r.checkCopies(w, m, own)
	r.checkFallback(w, m, own)
	r.checkReuse(w, m, own)
	if m.Policy.Retry.Attempts <= 1 {
		return
	}
	r.checkPartial(w, m, own)
	r.checkUsedUp(w, m, own, at(grammar.ConcernStrategy))
	inherited := byConcern(w.decl.Directives)
	strategy := cmp.Or(own[grammar.ConcernStrategy], inherited[grammar.ConcernStrategy])
	timeout := cmp.Or(own[grammar.ConcernTimeout], inherited[grammar.ConcernTimeout])
	r.checkUnlimited(m, strategy)
	r.checkReachable(m, strategy, timeout)
}

// checkHedge refuses a hedge whose copies would use up the same parameter at the same time.
func (r *Resolver) checkHedge(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive, pos token.Pos) {
	if m.Policy.Hedge == (policy.Hedge{}) {
		return
	}
	hint := r.onMethod(w, m, "switch the copies off with "+model.Prefix+"hedge off")
	if d := own[grammar.ConcernHedge]; d != nil && d.Use == nil {
		hint = "remove the hedge"
	}
	for _, i := range m.Rewind {
		name := m.Sig.Params().At(i).Name()
		r.Report(pos, hint+", or write "+model.Prefix+"reuse "+name+" instead of rewind if all copies may share it",
			"copies of "+m.Fn.Name()+" would read "+name+" at the same time, and rewind does not help")
	}
	for _, u := range r.usedUp(m, own) {
		r.Report(pos, r.onMethod(w, m, cmp.Or(hintOfRequest(m, u), hint+", or write "+model.Prefix+"reuse "+u.word+" if all copies may share it")),
			"copies of "+m.Fn.Name()+" would use "+u.name+" at the same time: it is "+u.why)
	}
	for _, u := range r.unshareable(m, own) {
		r.Report(pos, r.onMethod(w, m, hint+", or write "+model.Prefix+"reuse "+u.word+" if copies only read it"),
			"copies of "+m.Fn.Name()+" might write to "+u.name+" at the same time: it is "+u.why)
	}
}

// checkPartial refuses to let a method inherit a strategy from its type if the method may
// do a part of its work and then fail.
func (r *Resolver) checkPartial(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	if own[grammar.ConcernStrategy] != nil || !shape.Partial(m.Fn) {
		return
	}
	hint := "decide on the method: " + model.Prefix + "simple attempts=1, or a strategy if repeating it is right"
	r.Report(m.Pos, r.onMethod(w, m, hint),
		m.Fn.Name()+" inherits a strategy from the type, but may move a part of the data and then fail: a retry would repeat or lose bytes")
}

// params returns the indices of the parameters that a directive names.
func (r *Resolver) params(m *model.Method, d *model.Directive) []int {
	if d == nil {
		return nil
	}
	names := shape.ParamNames(m.Sig)
	var list []int
	for _, word := range d.Words {
		switch i := slices.Index(names, word.Text); {
		case i >= 0:
			list = append(list, i)
		case strings.Contains(word.Text, "."): // a field, see fields
		case word.Text == "off":
			r.cannotBeOff(d, word)
		default:
			r.Report(d.At(word.Offset), diag.DidYouMean(word.Text, names), m.Fn.Name()+" has no parameter "+word.Text)
		}
	}
	return list
}

// checkUnlimited refuses unlimited attempts under a budget.
func (r *Resolver) checkUnlimited(m *model.Method, strategy *model.Directive) {
	if m.Policy.Retry.Attempts != policy.Unlimited {
		return
	}
	if m.Budget || m.Policy.Budget != (policy.Budget{}) {
		r.ReportFor(strategy.AttemptsAt(), "add "+model.Prefix+"budget off",
			"unlimited attempts of ", m.Fn.Name(), " cannot be under a budget, which would end them")
	}
}

// checkReachable is checkDelays for a method. It leaves out a strategy and a timeout of the
// same preset, because Presets checks them.
func (r *Resolver) checkReachable(m *model.Method, strategy, timeout *model.Directive) {
	if timeout == nil || strategy.Use != nil && timeout.Use != nil && strategy.Pos == timeout.Pos {
		return
	}
	r.checkDelays(strategy.AttemptsAt(), m.Fn.Name(), m.Policy)
}

// checkDelays refuses attempts that can never start, because the shortest delays before
// them already use up the total timeout.
func (r *Resolver) checkDelays(attempts token.Pos, of string, p policy.Policy) {
	if n, waited := p.NeverStarts(); n > 0 {
		r.ReportFor(attempts, "allow fewer attempts, shorter delays or a longer total",
			"attempt "+strconv.Itoa(n)+" of ", of, " can never start: the delays before it take at least "+
				waited.String()+", and the total timeout is "+p.Timeout.Total.String())
	}
}

// CheckTypes passes on the compiler's errors in the annotated interfaces. Errors elsewhere
// do not matter.
func (r *Resolver) CheckTypes(declarations []*directive.Declaration) {
	for _, f := range r.Pkg.Faults() {
		inOne := func(d *directive.Declaration) bool { return f.Touches(d.Spec.Pos(), d.Spec.End()) }
		if slices.ContainsFunc(declarations, inOne) {
			r.Report(f.At[0], "", f.Msg)
			r.Errs = append(r.Errs, r.Pkg.Unimported...) // which may be the cause
		}
	}
}
