package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A scope is a func, declared or literal, with what its variables get.
type scope struct {
	info *types.Info
	body *ast.BlockStmt
	gets map[*types.Var][]ast.Expr // nil for a value that is not an expression of its own
}

// scopeOf reads the assignments in a func, those in the literals inside included.
func scopeOf(info *types.Info, body *ast.BlockStmt) *scope {
	s := &scope{info: info, body: body, gets: make(map[*types.Var][]ast.Expr)}
	get := func(left, right ast.Expr) {
		if ident, ok := ast.Unparen(left).(*ast.Ident); ok {
			if v, ok := info.ObjectOf(ident).(*types.Var); ok {
				s.gets[v] = append(s.gets[v], right)
			}
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				switch {
				case len(n.Lhs) == len(n.Rhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE):
					get(left, n.Rhs[i])
				case len(n.Rhs) == 1 && i == 0: // the first result of a call
					get(left, n.Rhs[0])
				default:
					get(left, nil)
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				switch {
				case len(n.Values) == len(n.Names):
					get(name, n.Values[i])
				case len(n.Values) == 1 && i == 0:
					get(name, n.Values[0])
				default:
					get(name, nil)
				}
			}
		case *ast.RangeStmt:
			if n.Key != nil {
				get(n.Key, nil)
			}
			if n.Value != nil {
				get(n.Value, nil)
			}
		case *ast.IncDecStmt:
			get(n.X, nil)
		}
		return true
	})
	return s
}

// variable returns the local variable that an expression is, or nil.
func (s *scope) variable(e ast.Expr) *types.Var {
	ident, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := s.info.ObjectOf(ident).(*types.Var)
	if !ok || v.IsField() || v.Pos() < s.body.Pos() || v.Pos() >= s.body.End() {
		return nil
	}
	return v
}

// value returns the expression that gives an expression its value: that of a variable if it
// gets only one, and otherwise the expression itself.
func (s *scope) value(e ast.Expr) ast.Expr {
	for range 8 { // longer chains are rare, and could be circles
		e = ast.Unparen(e)
		v := s.variable(e)
		if v == nil || len(s.gets[v]) != 1 || s.gets[v][0] == nil {
			return e
		}
		e = s.gets[v][0]
	}
	return e
}

// A use is one place where a variable stands, with the nodes around it, the innermost last.
type use struct {
	ident *ast.Ident
	stack []ast.Node
}

// uses returns where a variable stands in the func, without its assignments.
func (s *scope) uses(v *types.Var) (list []use) {
	ast.PreorderStack(s.body, nil, func(n ast.Node, stack []ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && s.info.Uses[ident] == v && !isAssigned(ident, stack) {
			list = append(list, use{ident, append([]ast.Node(nil), stack...)})
		}
		return true
	})
	return list
}

func isAssigned(ident *ast.Ident, stack []ast.Node) bool {
	assign, ok := stack[len(stack)-1].(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, left := range assign.Lhs {
		if left == ident {
			return true
		}
	}
	return false
}

// isReceiver reports whether a use only calls a method: v.Method(...).
func (u use) isReceiver() bool {
	n := len(u.stack)
	if n < 2 {
		return false
	}
	selector, ok := u.stack[n-1].(*ast.SelectorExpr)
	if !ok || selector.X != u.ident {
		return false
	}
	call, ok := u.stack[n-2].(*ast.CallExpr)
	return ok && call.Fun == selector
}
