package gen

import (
	"go/types"
)

// keeping is how a result holds on to the context of its attempt, which it may go
// on using when the method has returned.
type keeping int

const (
	keepNothing        keeping = iota // plain data
	keepLoose                         // nothing tells when it is done
	keepUntilCollected                // it refers to the context until it is done, and the collector tells
	keepReader                        // an io.ReadCloser
	keepResponse                      // an *http.Response
	keepCloser                        // another interface with Close
)

// keepings returns what there is to keep of each result but the error, or nil where
// that is nothing at all.
func keepings(sig *types.Signature) []keeping {
	list := make([]keeping, max(0, sig.Results().Len()-1))
	any := false
	for i := range list {
		list[i] = keepingOf(sig.Results().At(i).Type())
		any = any || list[i] != keepNothing
	}
	if !any {
		return nil
	}
	return list
}

func keepingOf(t types.Type) keeping {
	switch {
	case plain(t):
		return keepNothing
	case isResponse(t):
		return keepResponse
	case isReadCloser(t):
		return keepReader
	case isCloser(t) && !hasOptions(t):
		return keepCloser
	case refersToContext(t):
		return keepUntilCollected
	default:
		return keepLoose
	}
}

// keeps returns how the results of a method are kept: nil where they are plain data,
// and where the method has no context that could end. What polling throws away is to
// be closed, whatever its context.
func (m *method) keeps() []keeping {
	if !m.acts || m.ctx == noContext && m.result == nil {
		return nil
	}
	return keepings(m.sig)
}

// outlives says in words how long what a method returns goes on, or "".
func (m *method) outlives() string {
	var closed, loose bool
	for _, k := range m.keeps() {
		switch k {
		case keepReader, keepResponse, keepCloser:
			closed = true
		case keepLoose, keepUntilCollected:
			loose = true
		case keepNothing:
		}
	}
	switch {
	case closed && !loose:
		return "what it returns goes on after that, until it is closed"
	case closed || loose:
		return "what it returns goes on after that"
	}
	return ""
}

// refersToContext reports whether a type is one of database/sql's that refer to their
// context until they are closed, or committed or rolled back, and not for longer.
func refersToContext(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && (isNamed(p.Elem(), "database/sql", "Rows") || isNamed(p.Elem(), "database/sql", "Row") || isNamed(p.Elem(), "database/sql", "Tx"))
}

func isResponse(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(p.Elem(), "net/http", "Response")
}

// isReadCloser reports whether a type is an interface with the methods of
// io.ReadCloser, and no others.
func isReadCloser(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	return ok && !isTypeParam(t) && iface.NumMethods() == 2 && has(t, "Read", readSignature) && has(t, "Close", closeSignature)
}

// isCloser reports whether a type is an interface with a method Close.
func isCloser(t types.Type) bool {
	return types.IsInterface(t) && !isTypeParam(t) && has(t, "Close", nil)
}

// hasOptions reports whether a type is an interface of which it is the custom to ask
// a value for more methods than it lists: an io.ReaderFrom of a net.Conn, the next
// result set of driver.Rows. Something around the value would hide them.
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

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}
