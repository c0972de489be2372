package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// PerRequest finds wrappers and retry.Funcs that are built for each request, or in each round
// of a loop, without Options.Group. Their breaker and budget begin anew each time, so they
// guard nothing.
var PerRequest = &analysis.Analyzer{
	Name: "perrequest",
	Doc: `find wrappers that are built for each request without Options.Group

Each wrapper without a Group has a breaker, a budget and a limit of its own. If it is built in
a handler or in a loop, none of them sees more than one request, so the breaker never opens.`,
	URL: docs + "perrequest",
	Run: runPerRequest,
}

func runPerRequest(pass *analysis.Pass) (any, error) {
	c, files := newCheck(pass)
	for _, file := range files {
		ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			made := constructed(c.TypesInfo, call)
			if made == nil {
				return true
			}
			place := repeated(c.TypesInfo, call, stack)
			if place == nil || !place.usesOnlyHere(call, stack) || !place.all.hasNoGroup(call) {
				return true
			}
			c.report(file, analysis.Diagnostic{
				Pos: call.Pos(), End: call.End(),
				Message: made.Name() + " builds a wrapper " + place.when + ", so its breaker and budget never see more than one: build it once, or set Options.Group",
			})
			return true
		})
	}
	return nil, nil
}

// A place is code that runs again and again.
type place struct {
	when  string
	round *scope // what runs for one request, or in one round
	all   *scope // the whole func
}

// repeated returns the innermost code around a call that runs again and again, or nil.
func repeated(info *types.Info, call *ast.CallExpr, stack []ast.Node) *place {
	var found *place
	loops := true
	for i := len(stack) - 1; i >= 0; i-- {
		if body, ok := inBody(stack[i], call.Pos()); ok && loops && found == nil {
			found = &place{when: "in each round of a loop", round: scopeOf(info, body)}
		}
		sig, body := signatureOf(info, stack[i])
		if sig == nil {
			continue
		}
		if isOnce(info, stack[i], stack[:i]) {
			return nil
		}
		if request := handles(sig); request != "" && found == nil {
			found = &place{when: "for each " + request, round: scopeOf(info, body)}
		}
		if found != nil {
			found.all = scopeOf(info, body)
		}
		loops = loops && runsAtOnce(stack[i], stack[:i])
	}
	return found
}

// isOnce reports whether a literal is an argument of sync.Once.Do or of sync.OnceFunc and the
// like.
func isOnce(info *types.Info, lit ast.Node, stack []ast.Node) bool {
	if len(stack) == 0 {
		return false
	}
	call, ok := stack[len(stack)-1].(*ast.CallExpr)
	if !ok || call.Fun == lit {
		return false
	}
	f := typeutil.StaticCallee(info, call)
	return isFuncOf(f, "sync", "OnceFunc", "OnceValue", "OnceValues") || f != nil && f.FullName() == "(*sync.Once).Do"
}

// usesOnlyHere reports whether the wrapper that a call builds is used for calls and for nothing
// else. A wrapper that is stored, returned or handed to another func may live longer.
func (p *place) usesOnlyHere(call *ast.CallExpr, stack []ast.Node) bool {
	switch parent := stack[len(stack)-1].(type) {
	case *ast.SelectorExpr: // NewResilientClient(...).Charge(...)
		return true
	case *ast.AssignStmt:
		return parent.Rhs[0] == call && len(parent.Rhs) == 1 && p.onlyCalls(parent.Lhs[0])
	case *ast.ValueSpec:
		return len(parent.Values) == 1 && p.onlyCalls(parent.Names[0])
	}
	return false
}

// onlyCalls reports whether what a variable holds is only called.
func (p *place) onlyCalls(left ast.Expr) bool {
	v := p.round.variable(left)
	if v == nil {
		return false
	}
	uses := p.round.uses(v)
	for _, u := range uses {
		if !u.isReceiver() && !u.isArgOf(p.round.info, "DoValue") {
			return false
		}
	}
	return len(uses) > 0
}

// isArgOf reports whether a use is an argument of the func of package runtime with that name.
func (u use) isArgOf(info *types.Info, name string) bool {
	call, ok := u.stack[len(u.stack)-1].(*ast.CallExpr)
	return ok && isFuncOf(typeutil.StaticCallee(info, call), runtimePath, name)
}

// hasNoGroup reports whether the Options of a constructor certainly have no Group.
func (s *scope) hasNoGroup(call *ast.CallExpr) bool {
	opts := ast.Unparen(call.Args[len(call.Args)-1])
	if s.info.Types[opts].IsNil() {
		return true
	}
	v := s.variable(opts)
	if and, ok := opts.(*ast.UnaryExpr); ok && and.Op == token.AND {
		opts = ast.Unparen(and.X)
		v = s.variable(opts)
	}
	if v != nil && !s.onlyFields(v, "Group") {
		return false
	}
	value := s.value(opts)
	if and, ok := value.(*ast.UnaryExpr); ok && and.Op == token.AND {
		value = ast.Unparen(and.X)
	}
	lit, ok := value.(*ast.CompositeLit)
	return ok && !hasKey(lit, "Group")
}

// onlyFields reports whether a variable is only handed to constructors, and only its fields are
// used, without one of them.
func (s *scope) onlyFields(v *types.Var, except string) bool {
	for _, u := range s.uses(v) {
		n := len(u.stack)
		parent := u.stack[n-1]
		if and, ok := parent.(*ast.UnaryExpr); ok && and.Op == token.AND {
			n--
			parent = u.stack[n-1]
		}
		switch parent := parent.(type) {
		case *ast.SelectorExpr:
			if n != len(u.stack) || parent.Sel.Name == except || u.isReceiver() {
				return false
			}
		case *ast.CallExpr:
			if constructed(s.info, parent) == nil {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// hasKey reports whether a literal of a struct sets a field, or does not name its fields.
func hasKey(lit *ast.CompositeLit, name string) bool {
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		if key, ok := pair.Key.(*ast.Ident); ok && key.Name == name {
			return true
		}
	}
	return false
}
