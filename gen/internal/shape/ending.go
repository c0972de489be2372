package shape

import (
	"go/types"
)

// An Ending is a method that ends a stream. After it, the stream no longer needs its
// context.
type Ending struct {
	Fn   *types.Func
	When EndsWhen
}

// EndsWhen says which returns of a method end the stream.
type EndsWhen int

// The returns that end a stream.
const (
	EndsAlways EndsWhen = iota // of Close, Commit, Rollback, Stop
	EndsAtEOF                  // io.EOF, of Recv and Next
	EndsOnErr                  // any error, of the streams of gRPC
	EndsOnNo                   // false, of a Next that closes at the end
)

// Endings returns the methods that end an interface, in the order of their names.
// Drain is not among them, because it returns before its work is done.
func Endings(t types.Type) []Ending {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || IsTypeParam(t) {
		return nil
	}
	var list []Ending
	for fn := range iface.Methods() {
		if when, ok := endsWhen(t, fn); ok && fn.Exported() {
			list = append(list, Ending{fn, when})
		}
	}
	return list
}

func endsWhen(t types.Type, fn *types.Func) (when EndsWhen, ok bool) {
	sig := fn.Signature()
	switch fn.Name() {
	case "Close", "CloseNow", "CloseAndRecv", "CloseAndReceive", "Rollback":
		return EndsAlways, true
	case "Commit":
		// A consumer of a queue commits again and again.
		return EndsAlways, hasMethod(t, "Rollback")
	case "Stop", "Release", "Unlock", "Unsubscribe":
		// With other parameters it ends only a part.
		return EndsAlways, onlyContext(sig) && !hasMethod(t, "Lock")
	case "Scan":
		// A single row is scanned once. A list of rows has Close or Next as well.
		return EndsAlways, types.Identical(sig, scanSignature) && !hasMethod(t, "Close") && !hasMethod(t, "Next")
	case "Next":
		if sig.Params().Len() == 0 && sig.Results().Len() == 1 && returnsBool(sig) {
			return EndsOnNo, hasMethod(t, "Err") && !hasMethod(t, "NextResultSet")
		}
	case "RecvMsg", "Recv":
		if hasMethod(t, "RecvMsg") && hasMethod(t, "CloseSend") {
			return EndsOnErr, Fails(sig)
		}
	}
	reads := beginsWith(fn.Name(), "Recv") || beginsWith(fn.Name(), "Receive") || beginsWith(fn.Name(), "Next")
	return EndsAtEOF, reads && Fails(sig)
}

// onlyContext reports whether a method has no parameters, or only a context.
func onlyContext(sig *types.Signature) bool {
	carrier, _ := CarrierOf(sig)
	return sig.Params().Len() == 0 || sig.Params().Len() == 1 && carrier == ContextParam
}

// ComesBack reports whether callers may pass a wrapped result as a parameter of type t. The
// result types are those of the methods of this wrapper. A transaction may also come from
// another wrapper.
func ComesBack(t types.Type, results []types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || IsTypeParam(t) || iface.NumMethods() == 0 {
		return false
	}
	for _, result := range results {
		if types.Implements(result, iface) {
			return true
		}
	}
	return hasMethod(t, "Commit") && hasMethod(t, "Rollback")
}

// hasMethod reports whether values of type t have an exported method of that name.
func hasMethod(t types.Type, name string) bool { return has(t, name, nil) }

// Closes reports whether values of type t have a method Close() or Close() error, by which
// the runtime closes results that nobody gets.
func Closes(t types.Type) bool {
	fn, ok := LookupMethod(t, "Close")
	if !ok || fn.Signature().Params().Len() > 0 {
		return false
	}
	results := fn.Signature().Results().Len()
	return results == 0 || results == 1 && Fails(fn.Signature())
}
