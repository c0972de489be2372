package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// frameworks are the types by which web frameworks hand a request to a handler. The path is
// that of the module without its major version.
var frameworks = []struct{ path, name string }{
	{"connectrpc.com/connect", "Request"},
	{"github.com/gin-gonic/gin", "Context"},
	{"github.com/gofiber/fiber", "Ctx"},
	{"github.com/labstack/echo", "Context"},
}

// handles says what makes a func run once for each request: "" if nothing does.
func handles(sig *types.Signature) string {
	for param := range sig.Params().Variables() {
		if name := requestName(param.Type()); name != "" {
			return name
		}
	}
	if isUnaryHandler(sig) {
		return "gRPC request"
	}
	return ""
}

// requestName says which kind of request a type is, or "".
func requestName(t types.Type) string {
	if isNamed(t, "net/http", "Request") {
		return "HTTP request"
	}
	if named := namedOf(t); named != nil && named.Obj().Pkg() != nil {
		for _, f := range frameworks {
			path := named.Obj().Pkg().Path()
			below, ok := strings.CutPrefix(path, f.path)
			if ok && named.Obj().Name() == f.name && (below == "" || strings.HasPrefix(below, "/v")) {
				return "request"
			}
		}
	}
	if methodOf(t, "SetTrailer") != nil && methodOf(t, "RecvMsg") != nil {
		return "gRPC stream"
	}
	return ""
}

// isUnaryHandler reports whether a func has the form of a gRPC method on the server:
// a method with (context.Context, *Request) (*Response, error), both of them messages.
func isUnaryHandler(sig *types.Signature) bool {
	params, results := sig.Params(), sig.Results()
	return sig.Recv() != nil && params.Len() == 2 && results.Len() == 2 && isContext(params.At(0).Type()) &&
		isMessage(params.At(1).Type()) && isMessage(results.At(0).Type()) && isError(results.At(1).Type())
}

func isMessage(t types.Type) bool { return methodOf(t, "ProtoReflect") != nil }

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// signatureOf returns the signature and the body of a func, declared or literal; nil for other
// nodes.
func signatureOf(info *types.Info, n ast.Node) (*types.Signature, *ast.BlockStmt) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if f, ok := info.Defs[n.Name].(*types.Func); ok && n.Body != nil {
			return f.Signature(), n.Body
		}
	case *ast.FuncLit:
		if sig, ok := info.TypeOf(n).(*types.Signature); ok {
			return sig, n.Body
		}
	}
	return nil, nil
}

// runsAtOnce reports whether a literal, with the nodes around it, is called where it stands:
// func() { ... }(), also behind go and defer.
func runsAtOnce(lit ast.Node, stack []ast.Node) bool {
	if len(stack) == 0 {
		return false
	}
	call, ok := stack[len(stack)-1].(*ast.CallExpr)
	return ok && call.Fun == lit
}

// inBody reports whether a position is in the part of a loop that runs in each round.
func inBody(loop ast.Node, pos token.Pos) (body *ast.BlockStmt, ok bool) {
	switch loop := loop.(type) {
	case *ast.ForStmt:
		body = loop.Body
	case *ast.RangeStmt:
		body = loop.Body
	default:
		return nil, false
	}
	return body, body.Pos() <= pos && pos < body.End()
}
