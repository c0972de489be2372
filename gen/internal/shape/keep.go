package shape

import (
	"go/types"
)

// Keeping says how a result holds on to the context of its attempt, which it may use after
// the method has returned.
type Keeping int

const (
	KeepNothing        Keeping = iota // data
	KeepLoose                         // nothing shows when it is done
	KeepUntilCollected                // it refers to the context until it is done, which the garbage collector shows
	KeepReader                        // an io.ReadCloser
	KeepResponse                      // an *http.Response
	KeepField                         // a pointer to a struct with an io.ReadCloser, as S3's GetObjectOutput
	KeepInterface                     // an interface with a method that ends it
)

// Keepings returns the Keeping of each result except the error, or nil if all are
// KeepNothing. If the user says that a method returns streams, only basic types are data.
func Keepings(sig *types.Signature, streams bool) []Keeping {
	list := make([]Keeping, DataResults(sig))
	keeps := false
	for i := range list {
		list[i] = keepingOf(sig.Results().At(i).Type(), streams)
		keeps = keeps || list[i] != KeepNothing
	}
	if !keeps {
		return nil
	}
	return list
}

func keepingOf(t types.Type, streams bool) Keeping {
	switch {
	case !Streams(t):
		if _, basic := t.Underlying().(*types.Basic); streams && (!basic || IsTypeParam(t)) {
			return KeepLoose
		}
		return KeepNothing
	case isResponse(t):
		return KeepResponse
	case isReadCloser(t):
		return KeepReader
	case StreamField(t) != nil:
		return KeepField
	case isWrappable(t):
		return KeepInterface
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

// StreamField returns the field of type io.ReadCloser by which a pointer to a struct
// is a stream, or nil if it has another reason to be one.
func StreamField(t types.Type) *types.Var {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok || hasStreamMethod(p) || returnsStream(p) {
		return nil
	}
	s, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var found *types.Var
	for field := range s.Fields() {
		switch {
		case !field.Exported() || isResponse(field.Type()) || !worksOrHasMethod(field.Type()):
		case found != nil || !isNamed(field.Type(), "io", "ReadCloser"):
			return nil
		default:
			found = field
		}
	}
	return found
}

// isWrappable reports whether a type is an interface with a method that ends it, so
// that a value around it knows of the end.
func isWrappable(t types.Type) bool {
	return types.IsInterface(t) && !IsTypeParam(t) && !hasOptions(t) && len(Endings(t)) > 0
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
