package analyzer

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/retrygen/retrygen/internal/libraries"
)

// DoubleRetry finds wrappers that retry around a client that retries by itself, if the func
// that builds the wrapper also makes the client and says nothing about its retries.
var DoubleRetry = &analysis.Analyzer{
	Name: "doubleretry",
	Doc: `find wrappers that retry around a client that retries by itself

The attempts multiply: four of the wrapper around three of the client are twelve requests, and
the breaker and the budget see only four.`,
	URL:       docs + "doubleretry",
	FactTypes: []analysis.Fact{(*retriedMethods)(nil)},
	Run:       runDoubleRetry,
}

func runDoubleRetry(pass *analysis.Pass) (any, error) {
	c, files := newCheck(pass)
	c.exportRetried()
	for _, file := range files {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			scope := scopeOf(c.TypesInfo, f.Body)
			ast.Inspect(f.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if message := c.doubles(scope, call); message != "" {
					c.report(file, analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: message})
				}
				return true
			})
		}
	}
	return nil, nil
}

// doubles says what is wrong with the call of a constructor, or "".
func (c *check) doubles(scope *scope, call *ast.CallExpr) string {
	made := constructed(c.TypesInfo, call)
	fact := new(retriedMethods)
	if made == nil || !c.ImportObjectFact(made.Origin(), fact) {
		return ""
	}
	for _, client := range libraries.Clients() {
		library, kind := client.Of()
		m := &maker{scope: scope, client: &client, module: kind.Module}
		if !m.makes(call.Args[0]) || m.mentionsSwitch() {
			continue
		}
		var names []string
		for _, name := range fact.Names {
			if kind.RetriesOf(name, func(func(pkgPath, name string)) {}) != nil {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			return made.Name() + " retries " + join(names) + " around the " + library.Name + " client, which retries by itself: " + library.Switch
		}
	}
	return ""
}

// A maker looks at how a func makes a client.
type maker struct {
	*scope
	client *libraries.Client
	module string // of the library
}

// makes reports whether an expression is a client, or a part of one, that the func makes
// itself, with options that it can see as well.
func (m *maker) makes(e ast.Expr) bool {
	for range 8 { // longer chains are rare, and could be circles
		if v := m.variable(e); v != nil && !m.staysVisible(v) {
			return false
		}
		switch value := pointed(m.value(e)).(type) {
		case *ast.CompositeLit: // &kafka.Writer{...}
			named := namedOf(m.info.TypeOf(value))
			return named != nil && named.Obj().Pkg() != nil && m.client.Makes(named.Obj().Pkg().Path(), named.Obj().Name())
		case *ast.SelectorExpr: // client.V1Customers
			e = value.X
		case *ast.CallExpr:
			f := m.ofModule(value)
			switch {
			case f == nil:
				return false
			case f.Signature().Recv() != nil: // client.Database("x")
				selector, ok := ast.Unparen(value.Fun).(*ast.SelectorExpr)
				if !ok {
					return false
				}
				e = selector.X
			default:
				return m.client.Makes(f.Pkg().Path(), f.Name()) && m.seesArgs(value)
			}
		default:
			return false
		}
	}
	return false
}

// seesArgs reports whether the func shows all options of a call.
func (m *maker) seesArgs(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if strings.Contains(types.TypeString(m.info.TypeOf(arg), nil), m.module) && !m.sees(arg) {
			return false
		}
	}
	return true
}

// sees reports whether the func shows what options consist of. Those from a parameter, a field
// or another func could say anything about retries.
func (m *maker) sees(e ast.Expr) bool {
	if v := m.variable(e); v != nil && !m.staysVisible(v) {
		return false
	}
	switch value := pointed(m.value(e)).(type) {
	case *ast.FuncLit:
		return true
	case *ast.CompositeLit:
		if _, ok := m.info.TypeOf(value).Underlying().(*types.Slice); !ok {
			return true
		}
		for _, element := range value.Elts {
			if !m.sees(element) {
				return false
			}
		}
		return true
	case *ast.Ident:
		if v := m.variable(value); v != nil {
			return len(m.gets[v]) == 0 || m.info.Types[value].IsNil() // var options kafka.ReaderConfig
		}
		return m.info.Types[value].IsNil()
	case *ast.CallExpr:
		f := m.ofModule(value)
		if f == nil || !m.textIsPlain(f, value) || !m.seesArgs(value) {
			return false
		}
		if f.Signature().Recv() == nil {
			return true
		}
		selector, ok := ast.Unparen(value.Fun).(*ast.SelectorExpr)
		return ok && m.sees(selector.X)
	}
	return false
}

// ofModule returns the func of the library that a call runs, or nil.
func (m *maker) ofModule(call *ast.CallExpr) *types.Func {
	f := typeutil.StaticCallee(m.info, call)
	if f == nil || f.Pkg() == nil {
		return nil
	}
	if _, _, ok := (&libraries.Kind{Module: m.module}).Contains(f.Pkg().Path()); !ok {
		return nil
	}
	return f
}

// textIsPlain reports whether a text that can say how often the client retries is a constant
// that does not.
func (m *maker) textIsPlain(f *types.Func, call *ast.CallExpr) bool {
	for _, name := range m.client.Texts {
		if f.Name() != name {
			continue
		}
		for _, arg := range call.Args {
			value := m.info.Types[arg].Value
			if value == nil || strings.Contains(strings.ToLower(value.ExactString()), "retr") {
				return false
			}
		}
	}
	return true
}

// staysVisible reports whether a variable is not handed to code that could change it: neither
// as a pointer nor as a value that is one.
func (m *maker) staysVisible(v *types.Var) bool {
	for _, u := range m.uses(v) {
		n := len(u.stack) - 1
		if _, ok := u.stack[n].(*ast.UnaryExpr); ok && n > 0 {
			n--
		}
		call, ok := u.stack[n].(*ast.CallExpr)
		if ok && m.ofModule(call) == nil && constructed(m.info, call) == nil {
			return false
		}
	}
	return true
}

// mentionsSwitch reports whether the func has a name that says how often the client retries.
func (m *maker) mentionsSwitch() bool {
	found := false
	ast.Inspect(m.body, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok {
			for _, name := range m.client.Switches {
				found = found || ident.Name == name
			}
		}
		return !found
	})
	return found
}

// pointed returns what & points to, or the expression itself.
func pointed(e ast.Expr) ast.Expr {
	if and, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		return ast.Unparen(and.X)
	}
	return ast.Unparen(e)
}

// join lists names: a, b and c.
func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
