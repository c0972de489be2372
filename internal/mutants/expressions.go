package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
)

var (
	negated = map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL,
		token.LSS: token.GEQ, token.GEQ: token.LSS,
		token.GTR: token.LEQ, token.LEQ: token.GTR,
	}
	swapped = map[token.Token]token.Token{
		token.LSS: token.LEQ, token.LEQ: token.LSS,
		token.GTR: token.GEQ, token.GEQ: token.GTR,
		token.LAND: token.LOR, token.LOR: token.LAND,
		token.ADD: token.SUB, token.SUB: token.ADD,
		token.MUL: token.QUO, token.QUO: token.MUL,
	}
)

// binary negates a comparison and swaps an operator.
func (c *collector) binary(e *ast.BinaryExpr) {
	kind := condition
	switch e.Op {
	case token.LAND, token.LOR:
		c.condition(e.X)
		c.condition(e.Y)
	case token.ADD, token.SUB, token.MUL, token.QUO:
		if !isNumeric(c.info.TypeOf(e)) {
			return
		}
		kind = value
	}
	if op, ok := negated[e.Op]; ok {
		c.operator(e, kind, "negate", op)
	}
	if op, ok := swapped[e.Op]; ok {
		c.operator(e, kind, "swap", op)
	}
}

func (c *collector) operator(e *ast.BinaryExpr, kind kind, name string, op token.Token) {
	text := fmt.Sprintf("(%s) %s (%s)", c.textOf(e.X), op, c.textOf(e.Y))
	c.add(e, kind, name, show(e), fmt.Sprintf("%s %s %s", show(e.X), op, show(e.Y)), text)
}

// condition negates what an if, a loop, a case, && or || asks for. The walk itself
// negates comparisons and takes away a "!".
func (c *collector) condition(e ast.Expr) {
	e = ast.Unparen(e)
	if c.info.Types[e].Value != nil {
		return
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return
		}
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			c.add(e, condition, "negate", show(e), "!("+show(e)+")", "!("+c.textOf(e)+")")
		}
		return
	}
	c.add(e, condition, "negate", show(e), "!"+show(e), "!("+c.textOf(e)+")")
}

// constant changes a constant by one. Durations, fractions and the largest numbers become
// zero instead, because no test is to notice a nanosecond more or less.
func (c *collector) constant(e ast.Expr) {
	tv := c.info.Types[e]
	parent := c.parents[len(c.parents)-1]
	basic, ok := tv.Type.Underlying().(*types.Basic)
	if _, generic := tv.Type.(*types.TypeParam); !ok || generic || basic.Info()&types.IsUntyped != 0 || isSizeHint(c.info, parent, e) {
		return
	}
	change := func(kind kind, after, text string) {
		c.add(e, kind, "constant", show(e), after+" in "+show(parent), text)
	}
	// A lone result that becomes zero is a return of zero, which is a mutant already.
	ret, _ := parent.(*ast.ReturnStmt)
	alone := ret != nil && len(ret.Results) == 1
	switch {
	case basic.Info()&types.IsBoolean != 0:
		if v := constant.BoolVal(tv.Value); !v || !alone {
			change(condition, strconv.FormatBool(!v), strconv.FormatBool(!v))
		}
	case basic.Info()&types.IsFloat != 0 || tv.Type.String() == "time.Duration" || isHuge(tv.Value):
		switch {
		case constant.Sign(tv.Value) == 0:
			change(value, "1", "1")
		case !alone:
			change(value, "0", "0")
		}
	case basic.Info()&types.IsInteger != 0:
		for _, op := range []token.Token{token.ADD, token.SUB} {
			v := constant.BinaryOp(constant.ToInt(tv.Value), op, constant.MakeInt64(1))
			if constant.Sign(v) == 0 && alone {
				continue
			}
			after := v.ExactString()
			if _, literal := e.(*ast.BasicLit); !literal {
				after = fmt.Sprintf("%s %s 1", show(e), op)
			}
			change(value, after, v.ExactString())
		}
	}
}

// isSizeHint reports whether the expression only tells make how much room there should
// be, which no test can see.
func isSizeHint(info *types.Info, parent ast.Node, e ast.Expr) bool {
	call, ok := parent.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	fun, ok := call.Fun.(*ast.Ident)
	if !ok || info.Uses[fun] != types.Universe.Lookup("make") {
		return false
	}
	if len(call.Args) == 3 && call.Args[2] == e {
		return true
	}
	_, isMap := info.TypeOf(call.Args[0]).Underlying().(*types.Map)
	return isMap
}

// isHuge reports whether the number stands for no limit, or is a mask.
func isHuge(v constant.Value) bool {
	return v.Kind() == constant.Int && constant.BitLen(v) > 30
}

func isNumeric(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsNumeric != 0
}
