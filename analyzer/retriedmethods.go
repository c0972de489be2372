package analyzer

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/types/typeutil"
)

// A retriedMethods is a fact about the constructor of a wrapper: which methods of the wrapper
// make more than one attempt.
type retriedMethods struct{ Names []string }

func (*retriedMethods) AFact() {}

func (f *retriedMethods) String() string { return "retries " + join(f.Names) }

// exportRetried notes the fact for each constructor in the generated files of a package.
func (c *check) exportRetried() {
	for _, file := range c.Files {
		if !ast.IsGenerated(file) {
			continue
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || f.Body == nil {
				continue
			}
			made, ok := c.TypesInfo.Defs[f.Name].(*types.Func)
			if !ok || made.Signature().Results().Len() != 1 || !isWrapper(made.Signature().Results().At(0).Type()) {
				continue
			}
			if names := retriedIn(c.TypesInfo, f.Body); len(names) > 0 {
				c.ExportObjectFact(made, &retriedMethods{names})
			}
		}
	}
}

// retriedIn reads the constructor of a wrapper as the generator writes it: literals of
// MethodSpec, copies of them, and assignments to their Policy.Retry, in order; and then
// w.Method("Name", spec).
func retriedIn(info *types.Info, body *ast.BlockStmt) (names []string) {
	retried := make(map[types.Object]bool)
	reads := func(spec ast.Expr) bool {
		if ident, ok := spec.(*ast.Ident); ok {
			return retried[info.ObjectOf(ident)]
		}
		return hasRetry(info, spec)
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) != 1 || len(n.Rhs) != 1 {
				return true
			}
			switch left := n.Lhs[0].(type) {
			case *ast.Ident:
				retried[info.ObjectOf(left)] = reads(n.Rhs[0])
			case *ast.SelectorExpr: // spec.Policy.Retry, spec.Policy
				if base, field := baseOf(left); base != nil && (field == "Retry" || field == "Policy") {
					retried[info.ObjectOf(base)] = hasRetry(info, n.Rhs[0]) || field == "Retry" && isRetry(info, n.Rhs[0])
				}
			}
		case *ast.CallExpr:
			f := typeutil.StaticCallee(info, n)
			if f == nil || f.FullName() != "(*"+runtimePath+".Wrapper).Method" || len(n.Args) != 2 {
				return true
			}
			name, ok := n.Args[0].(*ast.BasicLit)
			if !ok || !reads(n.Args[1]) {
				return true
			}
			if text, err := strconv.Unquote(name.Value); err == nil {
				names = append(names, text)
			}
		}
		return true
	})
	slices.Sort(names)
	return names
}

// baseOf returns the variable at the left end of a chain of fields, and the last field.
func baseOf(selector *ast.SelectorExpr) (base *ast.Ident, field string) {
	field = selector.Sel.Name
	for {
		switch x := selector.X.(type) {
		case *ast.Ident:
			return x, field
		case *ast.SelectorExpr:
			selector = x
		default:
			return nil, field
		}
	}
}

// hasRetry reports whether a literal has a field Retry with more than one attempt in it.
func hasRetry(info *types.Info, e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if pair, ok := n.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Retry" {
				found = found || isRetry(info, pair.Value)
			}
		}
		return !found
	})
	return found
}

// isRetry reports whether a literal of policy.Retry has more than one attempt.
func isRetry(info *types.Info, e ast.Expr) bool {
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key, ok := pair.Key.(*ast.Ident); !ok || key.Name != "Attempts" {
			continue
		}
		value := info.Types[pair.Value].Value
		return value != nil && constant.Compare(value, token.NEQ, constant.MakeInt64(1))
	}
	return false
}
