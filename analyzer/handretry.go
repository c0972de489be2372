package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// HandRetry finds loops that call something, wait after an error, call it again, and end once
// it succeeds.
var HandRetry = &analysis.Analyzer{
	Name: "handretry",
	Doc: `find loops that retry by hand

A loop that waits after an error and tries again seldom has jitter, a budget, and a wait that
the context can end. backoff.Loop has the waits, and a //retry: directive has all of it.`,
	URL: docs + "handretry",
	Run: runHandRetry,
}

func runHandRetry(pass *analysis.Pass) (any, error) {
	c, files := newCheck(pass)
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			body, _ := inBody(n, token.NoPos)
			if body == nil {
				return true
			}
			l := &loop{info: c.TypesInfo, node: n, body: body}
			callee := l.retries()
			if callee == nil {
				return true
			}
			c.report(file, analysis.Diagnostic{
				Pos: n.Pos(), End: body.Lbrace,
				Message: "this loop retries " + callee.Name() + " by hand: " + instead(callee, c.Pkg),
			})
			return true
		})
	}
	return nil, nil
}

// instead says what to write instead of a loop around a func.
func instead(callee *types.Func, pkg *types.Package) string {
	if recv := callee.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) && callee.Pkg() == pkg {
		return "put a //retry: directive on the method, or wait with backoff.Loop"
	}
	return "wait with backoff.Loop, or put a //retry: directive on an interface with the call"
}

// A loop is a for statement that may retry.
type loop struct {
	info *types.Info
	node ast.Node
	body *ast.BlockStmt
}

// retries returns what the loop retries, or nil. Three things must be plain: an error comes
// from a call in the loop, success ends the loop, and a wait follows an error.
func (l *loop) retries() *types.Func {
	for _, err := range l.errors() {
		if l.waitsAfter(err.v) {
			return err.callee
		}
	}
	return nil
}

// A result is a variable that gets the error of a call.
type result struct {
	v      *types.Var
	callee *types.Func
}

// errors returns the variables that get the error of a call in the loop.
func (l *loop) errors() (list []result) {
	l.inspect(l.body, func(n ast.Node) {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Rhs) != 1 {
			return
		}
		call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
		if !ok {
			return
		}
		f, ok := typeutil.Callee(l.info, call).(*types.Func)
		if !ok || isFuncOf(f, "errors", "New", "Join") || isFuncOf(f, "fmt", "Errorf") || f.Pkg() != nil && f.Pkg().Path() == "context" {
			return
		}
		if v := l.variable(assign.Lhs[len(assign.Lhs)-1]); v != nil && isError(v.Type()) {
			list = append(list, result{v, f})
		}
	})
	return list
}

func (l *loop) variable(e ast.Expr) *types.Var {
	ident, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := l.info.ObjectOf(ident).(*types.Var)
	return v
}

// waitsAfter reports whether the loop ends once err is nil, and waits if it is not.
func (l *loop) waitsAfter(err *types.Var) bool {
	if loop, ok := l.node.(*ast.ForStmt); ok && loop.Cond != nil && l.test(loop.Cond, err) == failed {
		return l.hasWait(l.body)
	}
	if loop, ok := l.node.(*ast.RangeStmt); ok && l.isTime(loop.X) && l.endsOnSuccess(l.body.List, err) {
		return true
	}
	return l.retriesIn(l.body.List, err)
}

// retriesIn looks at the statements of one block for the test of the error, and for the wait.
func (l *loop) retriesIn(list []ast.Stmt, err *types.Var) bool {
	for i, stmt := range list {
		branch, ok := stmt.(*ast.IfStmt)
		if !ok {
			continue
		}
		rest := list[i+1:]
		switch l.test(branch.Cond, err) {
		case succeeded: // if err == nil { return }; wait
			if leaves(branch.Body.List) && (l.hasWaitIn(rest) || branch.Else != nil && l.hasWait(branch.Else)) {
				return true
			}
		case failed: // if err != nil { wait; continue }; return
			if !l.hasWait(branch.Body) || leaves(branch.Body.List) {
				continue
			}
			if other, ok := branch.Else.(*ast.BlockStmt); ok && leaves(other.List) {
				return true
			}
			if branch.Else == nil && continues(branch.Body.List) && leaves(rest) {
				return true
			}
		}
	}
	return false
}

// endsOnSuccess reports whether a block leaves the loop once err is nil.
func (l *loop) endsOnSuccess(list []ast.Stmt, err *types.Var) bool {
	for _, stmt := range list {
		if branch, ok := stmt.(*ast.IfStmt); ok && l.test(branch.Cond, err) == succeeded && leaves(branch.Body.List) {
			return true
		}
	}
	return false
}

// An outcome is what a condition says about an error.
type outcome int

const (
	unknown outcome = iota
	succeeded
	failed
)

// test reads a condition: err == nil, !errors.Is(err, x), err != nil, errors.Is(err, x), and
// err != nil && anything.
func (l *loop) test(cond ast.Expr, err *types.Var) outcome {
	switch cond := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		isErr := l.variable(cond.X) == err && l.info.Types[cond.Y].IsNil()
		switch {
		case isErr && cond.Op == token.EQL:
			return succeeded
		case isErr && cond.Op == token.NEQ:
			return failed
		case cond.Op == token.LAND && (l.test(cond.X, err) == failed || l.test(cond.Y, err) == failed):
			return failed
		case cond.Op == token.LOR && (l.test(cond.X, err) == succeeded || l.test(cond.Y, err) == succeeded):
			return succeeded
		}
	case *ast.UnaryExpr:
		if cond.Op == token.NOT && l.test(cond.X, err) == failed {
			return succeeded
		}
	case *ast.CallExpr:
		if isFuncOf(typeutil.StaticCallee(l.info, cond), "errors", "Is", "As") && l.variable(cond.Args[0]) == err {
			return failed
		}
	}
	return unknown
}

// leaves reports whether a block ends by leaving the loop.
func leaves(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch last := list[len(list)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok == token.BREAK
	}
	return false
}

// continues reports whether a block ends with continue.
func continues(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	last, ok := list[len(list)-1].(*ast.BranchStmt)
	return ok && last.Tok == token.CONTINUE && last.Label == nil
}

func (l *loop) hasWaitIn(list []ast.Stmt) bool {
	for _, stmt := range list {
		if l.hasWait(stmt) {
			return true
		}
	}
	return false
}

// hasWait reports whether code waits for a time: time.Sleep, or a channel of times.
func (l *loop) hasWait(code ast.Node) bool {
	waits := false
	l.inspect(code, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			waits = waits || isFuncOf(typeutil.StaticCallee(l.info, n), "time", "Sleep")
		case *ast.UnaryExpr:
			waits = waits || n.Op == token.ARROW && l.isTime(n.X)
		}
	})
	return waits
}

// isTime reports whether an expression is a channel of times, as timers and tickers have.
func (l *loop) isTime(e ast.Expr) bool {
	t := l.info.TypeOf(e)
	if t == nil {
		return false
	}
	channel, ok := t.Underlying().(*types.Chan)
	return ok && isNamed(channel.Elem(), "time", "Time")
}

// inspect visits the code of the loop itself, without the loops and funcs inside.
func (l *loop) inspect(code ast.Node, visit func(ast.Node)) {
	ast.Inspect(code, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit, *ast.ForStmt, *ast.RangeStmt:
			return false
		case nil:
			return true
		}
		visit(n)
		return true
	})
}
