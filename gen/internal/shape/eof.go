package shape

import (
	"go/types"
	"slices"
)

// EndsWithEOF reports whether io.EOF from a method means the end of what it reads or
// sends. From any other method it means a connection that was cut off.
//
// It is the end for a method like io.Reader's Read or io.ReaderAt's ReadAt, and for a
// method whose name begins with one of sequenceWords, if its parameters are only a context
// and things to fill or to send: Next(), Recv(), Scan(dest ...any), SendMsg(m any). So
// ReadFile(ctx, name) and Fetch(ctx, *Request) (*Response, error) are not among them.
func EndsWithEOF(fn *types.Func) bool {
	sig := fn.Signature()
	if readsBytes(fn) {
		return true
	}
	begins := func(word string) bool { return beginsWith(fn.Name(), word) }
	carrier, at := CarrierOf(sig)
	sends := slices.ContainsFunc(sendingWords, begins)
	if carrier == RequestParam || !sends && !slices.ContainsFunc(sequenceWords, begins) {
		return false
	}
	for i, v := range Enumerate(sig.Params()) {
		t := v.Type()
		if sig.Variadic() && i == sig.Params().Len()-1 {
			t = elementOf(t)
		}
		switch {
		case i == at:
		case !returnsCounts(sig): // something else comes back, so this is what to look for
			return false
		case sends && !sendable(t), !sends && !fillable(t):
			return false
		}
	}
	return true
}

// WaitsForMessages reports whether the name of a method begins with Next or Fetch, as in
// NextMsg(timeout) and Fetch(batch, opts...). It is an answer that no message has come in time.
func WaitsForMessages(fn *types.Func) bool {
	return beginsWith(fn.Name(), "Next") || beginsWith(fn.Name(), "Fetch")
}

// sequenceWords begin the names of methods that read a sequence, and sendingWords those of
// methods that send one.
var (
	sequenceWords = []string{"Next", "Read", "Recv", "Receive", "Scan", "Decode", "Peek", "Fetch", "Poll", "Pop", "Token"}
	sendingWords  = []string{"Send", "CloseAnd"}
)

// readsBytes reports whether a method reads into a []byte, its first parameter besides the
// context, and returns how many bytes it has read.
func readsBytes(fn *types.Func) bool {
	sig := fn.Signature()
	if !beginsWith(fn.Name(), "Read") || sig.Results().Len() < 2 {
		return false
	}
	_, at := CarrierOf(sig)
	for i, v := range Enumerate(sig.Params()) {
		if i != at {
			return types.Identical(v.Type().Underlying(), bytesType) && isInteger(sig.Results().At(0).Type())
		}
	}
	return false
}

// fillable reports whether a method can put what it reads into a parameter of type t.
func fillable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface:
		return true
	}
	return false
}

// sendable reports whether a parameter of type t can be what a method sends. Strings,
// numbers and options rather say where to.
func sendable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Signature, *types.Chan:
		return false
	}
	return true
}

func isInteger(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsInteger != 0
}
