package shape

import (
	"go/types"
)

// Keeping says how a result holds on to the context of its attempt, which it may use after
// the method has returned.
type Keeping int

const (
	KeepNothing        Keeping = iota // plain data
	KeepLoose                         // nothing shows when it is done
	KeepUntilCollected                // it refers to the context until it is done, which the garbage collector shows
	KeepReader                        // an io.ReadCloser
	KeepResponse                      // an *http.Response
	KeepCloser                        // another interface with Close
)

// Keepings returns the Keeping of each result except the error, or nil if all are
// KeepNothing.
func Keepings(sig *types.Signature) []Keeping {
	list := make([]Keeping, max(0, sig.Results().Len()-1))
	any := false
	for i := range list {
		list[i] = keepingOf(sig.Results().At(i).Type())
		any = any || list[i] != KeepNothing
	}
	if !any {
		return nil
	}
	return list
}

func keepingOf(t types.Type) Keeping {
	switch {
	case plain(t):
		return KeepNothing
	case isResponse(t):
		return KeepResponse
	case isReadCloser(t):
		return KeepReader
	case isCloser(t) && !hasOptions(t):
		return KeepCloser
	case refersToContext(t):
		return KeepUntilCollected
	default:
		return KeepLoose
	}
}

// refersToContext reports whether a type is one of database/sql that refers to its context
// until it is closed, committed or rolled back, and no longer.
func refersToContext(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && (isNamed(p.Elem(), "database/sql", "Rows") || isNamed(p.Elem(), "database/sql", "Row") || isNamed(p.Elem(), "database/sql", "Tx"))
}

func isResponse(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(p.Elem(), "net/http", "Response")
}

// isReadCloser reports whether a type is an interface with exactly the methods of
// io.ReadCloser.
func isReadCloser(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	return ok && !IsTypeParam(t) && iface.NumMethods() == 2 && has(t, "Read", readSignature) && has(t, "Close", closeSignature)
}

// isCloser reports whether a type is an interface that has a method Close.
func isCloser(t types.Type) bool {
	return types.IsInterface(t) && !IsTypeParam(t) && has(t, "Close", nil)
}

// hasOptions reports whether callers usually ask values of an interface type for methods
// that it does not list: a net.Conn for io.ReaderFrom, driver.Rows for its next result
// set. A wrapper around the value would hide them.
func hasOptions(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	switch named.Obj().Pkg().Path() {
	case "net", "database/sql/driver", "io/fs", "mime/multipart":
		return true
	}
	return false
}

func IsTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}
