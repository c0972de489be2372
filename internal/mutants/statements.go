package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// statements collects the mutants of a list of statements in a node.
func (c *collector) statements(list []ast.Stmt, in ast.Node) {
	for i, s := range list {
		if c.mayDrop(s, in, i == len(list)-1) {
			c.add(s, statement, "drop", show(s), "", "")
		}
		switch s := s.(type) {
		case *ast.AssignStmt:
			c.assignment(s)
		case *ast.IncDecStmt:
			op := token.DEC
			if s.Tok == token.DEC {
				op = token.INC
			}
			c.add(s, statement, "swap", show(s), show(s.X)+op.String(), c.textOf(s.X)+op.String())
		case *ast.ReturnStmt:
			c.zero(s)
		}
	}
}

// mayDrop reports whether the source still compiles without a statement, and differs.
// What a func with results ends with must stay.
func (c *collector) mayDrop(s ast.Stmt, in ast.Node, last bool) bool {
	switch s := s.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun, ok := call.Fun.(*ast.Ident)
		return !ok || fun.Name != "panic" || c.mayGoOn(in, last)
	case *ast.ReturnStmt:
		return c.mayGoOn(in, last)
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE && !isBlank(s)
	case *ast.BranchStmt:
		return s.Tok == token.BREAK || s.Tok == token.CONTINUE
	case *ast.IncDecStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
		return true
	}
	return false
}

// mayGoOn reports whether a func may go on behind a statement that ends it today.
func (c *collector) mayGoOn(in ast.Node, last bool) bool {
	results := c.results[len(c.results)-1]
	switch in := in.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		return !last
	case *ast.IfStmt:
		return in.Else == nil || results == nil
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return results == nil
}

// isBlank reports whether an assignment only names something.
func isBlank(s *ast.AssignStmt) bool {
	for _, e := range s.Lhs {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	for _, e := range s.Rhs {
		if _, ok := e.(*ast.CallExpr); ok {
			return false
		}
	}
	return true
}

func (c *collector) assignment(s *ast.AssignStmt) {
	ops := map[token.Token]token.Token{
		token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
		token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
	}
	op, ok := ops[s.Tok]
	if !ok || !isNumeric(c.info.TypeOf(s.Lhs[0])) {
		return
	}
	after := fmt.Sprintf("%s %s %s", show(s.Lhs[0]), op, show(s.Rhs[0]))
	c.add(s, statement, "swap", show(s), after, fmt.Sprintf("%s %s %s", c.textOf(s.Lhs[0]), op, c.textOf(s.Rhs[0])))
}

// zero lets a func return zero values.
func (c *collector) zero(s *ast.ReturnStmt) {
	results := c.results[len(c.results)-1]
	if results == nil {
		return
	}
	differs := len(s.Results) == 0
	for _, e := range s.Results {
		differs = differs || !c.isZero(e)
	}
	if !differs {
		return
	}
	var zeros []string
	for _, field := range results.List {
		zero := zeroOf(c.info.TypeOf(field.Type), c.textOf(field.Type))
		for range max(1, len(field.Names)) {
			zeros = append(zeros, zero)
		}
	}
	text := "return " + strings.Join(zeros, ", ")
	c.add(s, statement, "zero", show(s), brief(text), text)
}

func (c *collector) isZero(e ast.Expr) bool {
	tv := c.info.Types[e]
	if tv.IsNil() {
		return true
	}
	if v := tv.Value; v != nil {
		switch v.Kind() {
		case constant.Bool:
			return !constant.BoolVal(v)
		case constant.String:
			return constant.StringVal(v) == ""
		default:
			return constant.Sign(v) == 0
		}
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok || len(lit.Elts) > 0 {
		return false
	}
	switch tv.Type.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// zeroOf returns the zero value of a type, which the source names.
func zeroOf(t types.Type, name string) string {
	if _, generic := t.(*types.TypeParam); generic {
		return "*new(" + name + ")"
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return "nil"
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsNumeric != 0:
			return "0"
		}
	}
	return "*new(" + name + ")"
}
