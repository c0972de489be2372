package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// LostContext finds calls of a wrapper with context.Background or context.TODO in a func that
// has a context or an *http.Request.
var LostContext = &analysis.Analyzer{
	Name: "lostcontext",
	Doc: `find calls of wrappers that do not get the context of the func

Without it the wrapper knows no deadline. It goes on with its retries after the caller has
gone, and wrappers below it no longer know that they are below a retry.`,
	URL: docs + "lostcontext",
	Run: runLostContext,
}

func runLostContext(pass *analysis.Pass) (any, error) {
	c, files := newCheck(pass)
	for _, file := range files {
		ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			arg, callee := contextArg(c.TypesInfo, call)
			if arg == nil {
				return true
			}
			fn, node := around(c.TypesInfo, stack)
			if node == nil {
				return true
			}
			have := contextOf(fn)
			scope := scopeOf(c.TypesInfo, bodyOf(node))
			empty := scope.emptyContext(arg)
			if have == "" || empty == "" || scope.asksForTheEnd(call.Pos()) || scope.isShadowed(have, call.Pos(), c.Pkg) {
				return true
			}
			d := analysis.Diagnostic{
				Pos: arg.Pos(), End: arg.End(),
				Message: callee.Name() + " gets context." + empty + ", so it does not end with " + have + ": make its context from " + have,
			}
			if direct, ok := ast.Unparen(arg).(*ast.CallExpr); ok && isEmptyContext(c.TypesInfo, direct) {
				d.SuggestedFixes = []analysis.SuggestedFix{{
					Message:   "Pass " + have,
					TextEdits: []analysis.TextEdit{{Pos: arg.Pos(), End: arg.End(), NewText: []byte(have)}},
				}}
			}
			c.report(file, d)
			return true
		})
	}
	return nil, nil
}

// around returns the func that runs the code inside of stack. It is nil for code behind go and
// defer, which may have to outlive the context.
func around(info *types.Info, stack []ast.Node) (*types.Signature, ast.Node) {
	for i := len(stack) - 1; i >= 0; i-- {
		switch stack[i].(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return nil, nil
		}
		if sig, _ := signatureOf(info, stack[i]); sig != nil && !runsAtOnce(stack[i], stack[:i]) {
			return sig, stack[i]
		}
	}
	return nil, nil
}

func bodyOf(n ast.Node) *ast.BlockStmt {
	if lit, ok := n.(*ast.FuncLit); ok {
		return lit.Body
	}
	return n.(*ast.FuncDecl).Body
}

// contextOf returns how a func says its context: by the name of a parameter, or as
// r.Context(); "" if it has none.
func contextOf(sig *types.Signature) string {
	for param := range sig.Params().Variables() {
		switch name := param.Name(); {
		case name == "" || name == "_":
		case isContext(param.Type()):
			return name
		case isNamed(param.Type(), "net/http", "Request"):
			return name + ".Context()"
		}
	}
	return ""
}

// emptyContext returns Background or TODO if a context is made of one of them and nothing
// else, or "".
func (s *scope) emptyContext(e ast.Expr) string {
	for range 8 { // longer chains are rare, and could be circles
		call, ok := s.value(e).(*ast.CallExpr)
		if !ok {
			return ""
		}
		f := typeutil.StaticCallee(s.info, call)
		switch {
		case isFuncOf(f, "context", "Background", "TODO"):
			return f.Name()
		case isFuncOf(f, "context", "WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause", "WithCancel", "WithCancelCause", "WithValue"):
			e = call.Args[0]
		default:
			return ""
		}
	}
	return ""
}

func isEmptyContext(info *types.Info, call *ast.CallExpr) bool {
	return isFuncOf(typeutil.StaticCallee(info, call), "context", "Background", "TODO")
}

// asksForTheEnd reports whether the func has asked, before pos, whether a context has ended.
// What comes then may be meant for the time afterwards, such as a rollback.
func (s *scope) asksForTheEnd(pos token.Pos) bool {
	asks := false
	ast.Inspect(s.body, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if ok && selector.Pos() < pos && (selector.Sel.Name == "Done" || selector.Sel.Name == "Err") && isContext(s.info.TypeOf(selector.X)) {
			asks = true
		}
		return !asks
	})
	return asks
}

// isShadowed reports whether the name of the parameter means something else at pos.
func (s *scope) isShadowed(have string, pos token.Pos, pkg *types.Package) bool {
	name := have
	for i := range have {
		if have[i] == '.' {
			name = have[:i]
			break
		}
	}
	inner := pkg.Scope().Innermost(pos)
	if inner == nil {
		return true
	}
	_, obj := inner.LookupParent(name, pos)
	return obj == nil || obj.Pos() >= s.body.Pos()
}
