// Package shape answers questions about Go types: what the first attempt uses up, what is
// a stream and what is data, what holds a lock, how a method gets its context.
//
// It takes types and signatures, and returns facts. It reports no errors and does not know
// directives: package resolve decides what a fact means.
package shape

import (
	"go/types"
)

// IsRequest reports whether a type is *http.Request.
func IsRequest(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && isNamed(p.Elem(), "net/http", "Request")
}

// Seeks reports whether values of a type are an io.Seeker.
func Seeks(t types.Type) bool { return has(t, "Seek", seekSignature) }

func emptyStruct(t types.Type) bool {
	s, ok := t.Underlying().(*types.Struct)
	return ok && s.NumFields() == 0
}

var (
	bytesType = types.NewSlice(types.Typ[types.Byte])
	intType   = types.Typ[types.Int]
	int64Type = types.Typ[types.Int64]

	// readSignature is the signature of io.Reader's Read.
	readSignature = signature(types.NewTuple(types.NewVar(0, nil, "", bytesType)), intType)

	// closeSignature is the signature of io.Closer's Close.
	closeSignature = types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", ErrorType)), false)

	// seekSignature is the signature of io.Seeker's Seek.
	seekSignature = signature(types.NewTuple(types.NewVar(0, nil, "", int64Type), types.NewVar(0, nil, "", intType)), int64Type)
)

// signature returns the signature of a func that returns the result and an error.
func signature(params *types.Tuple, result types.Type) *types.Signature {
	results := types.NewTuple(types.NewVar(0, nil, "", result), types.NewVar(0, nil, "", ErrorType))
	return types.NewSignatureType(nil, nil, nil, params, results, false)
}

// has reports whether values of type t have an exported method with that name and, unless
// sig is nil, that signature.
func has(t types.Type, name string, sig *types.Signature) bool {
	fn, ok := LookupMethod(t, name)
	return ok && (sig == nil || types.Identical(fn.Signature(), sig))
}

func LookupMethod(t types.Type, name string) (*types.Func, bool) {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	fn, ok := obj.(*types.Func)
	return fn, ok
}

// Partial reports whether a method looks like Read, Write, ReadAt, WriteAt, ReadFrom or
// WriteTo: even when it fails, it returns how much of its work it has done.
func Partial(fn *types.Func) bool {
	switch fn.Name() {
	case "Read", "Write", "ReadAt", "WriteAt", "ReadFrom", "WriteTo":
	default:
		return false
	}
	sig := fn.Signature()
	if sig.Params().Len() == 0 || sig.Results().Len() < 2 {
		return false
	}
	return isInteger(sig.Results().At(0).Type())
}

// isMessage reports whether a type is a protocol buffer message: a struct with the marker
// method that all messages have.
func isMessage(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ProtoMessage")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 0
}

// LockIn returns the lock that copying a value of type t would copy, or nil. It finds what
// go vet's copylocks would find in the generated code. For an unexported lock, such as the
// noCopy in a sync.WaitGroup, it returns the type around it, which the user knows.
func LockIn(t types.Type) types.Type {
	return lockInside(t, make(map[types.Type]bool))
}

func lockInside(t types.Type, seen map[types.Type]bool) types.Type {
	t = types.Unalias(t)
	if seen[t] {
		return nil
	}
	seen[t] = true
	if locks(t) {
		return t
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return lockInside(u.Elem(), seen)
	case *types.Struct:
		for field := range u.Fields() {
			switch lock := lockInside(field.Type(), seen); {
			case lock == nil:
			case unexported(lock):
				return t
			default:
				return lock
			}
		}
	}
	return nil
}

// unexported reports whether a type has an unexported name.
func unexported(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && !named.Obj().Exported()
}

// locks reports whether *T has Lock and Unlock, and T has neither.
func locks(t types.Type) bool {
	if types.IsInterface(t) {
		return false
	}
	for _, name := range []string{"Lock", "Unlock"} {
		if has(t, name, nil) || !has(types.NewPointer(t), name, nil) {
			return false
		}
	}
	return true
}

// Unknown reports whether generated code would have to write a part of t that the type
// checker could not make out.
func Unknown(t types.Type) bool {
	return Contains(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Basic:
			return t.Kind() == types.Invalid
		case *types.Alias:
			return Unknown(t.Rhs())
		}
		return false
	})
}

// Contains reports whether f returns true for a part of t that generated code would have
// to write.
func Contains(t types.Type, f func(types.Type) bool) bool {
	if f(t) {
		return true
	}
	switch t := t.(type) {
	case *types.Alias:
		return containsAny(t.TypeArgs().Types(), f)
	case *types.Named:
		return containsAny(t.TypeArgs().Types(), f)
	case *types.Pointer:
		return Contains(t.Elem(), f)
	case *types.Slice:
		return Contains(t.Elem(), f)
	case *types.Array:
		return Contains(t.Elem(), f)
	case *types.Chan:
		return Contains(t.Elem(), f)
	case *types.Map:
		return Contains(t.Key(), f) || Contains(t.Elem(), f)
	case *types.Signature:
		for v := range Variables(t) {
			if Contains(v.Type(), f) {
				return true
			}
		}
	case *types.Struct:
		for field := range t.Fields() {
			if Contains(field.Type(), f) {
				return true
			}
		}
	case *types.Interface:
		for fn := range t.ExplicitMethods() {
			if Contains(fn.Signature(), f) {
				return true
			}
		}
		return containsAny(t.EmbeddedTypes(), f)
	case *types.Union:
		for term := range t.Terms() {
			if Contains(term.Type(), f) {
				return true
			}
		}
	}
	return false
}

func containsAny(list func(func(types.Type) bool), f func(types.Type) bool) bool {
	for t := range list {
		if Contains(t, f) {
			return true
		}
	}
	return false
}
