// Package shape answers questions about Go types: what the first attempt uses up, what is
// a stream and what is data, what holds a lock, how a method gets its context.
//
// What comes in is a type or a signature; what goes out is a fact. It reports no errors
// and knows nothing of directives: what a fact means is decided by package resolve.
package shape

import (
	"go/types"
)

// WhyUsedUp says why the first attempt leaves nothing of a parameter to the second,
// or "".
func WhyUsedUp(t types.Type) string {
	return whyUsedUpIn(t, make(map[types.Type]bool))
}

func whyUsedUpIn(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return "" // a list of lists of itself
	}
	seen[t] = true
	switch {
	case has(t, "Read", readSignature):
		return "an io.Reader"
	case IsRequest(t):
		return "an *http.Request, whose body can be read once"
	}
	switch u := t.Underlying().(type) {
	case *types.Chan:
		if u.Dir() != types.SendOnly && !emptyStruct(u.Elem()) {
			return "a channel to receive from"
		}
	case *types.Slice:
		return eachUsedUp(u.Elem(), seen)
	case *types.Array:
		return eachUsedUp(u.Elem(), seen)
	}
	return ""
}

// eachUsedUp is whyUsedUpIn for a list by the type of its elements.
func eachUsedUp(elem types.Type, seen map[types.Type]bool) string {
	if why := whyUsedUpIn(elem, seen); why != "" {
		return "a list whose elements are each " + why
	}
	return ""
}

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

	// readSignature is that of io.Reader's method.
	readSignature = signature(types.NewTuple(types.NewVar(0, nil, "", bytesType)), intType)

	// closeSignature is that of io.Closer's.
	closeSignature = types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", ErrorType)), false)

	// seekSignature is that of io.Seeker's.
	seekSignature = signature(types.NewTuple(types.NewVar(0, nil, "", int64Type), types.NewVar(0, nil, "", intType)), int64Type)
)

// signature is that of a func with the parameters, and results of the type and error.
func signature(params *types.Tuple, result types.Type) *types.Signature {
	results := types.NewTuple(types.NewVar(0, nil, "", result), types.NewVar(0, nil, "", ErrorType))
	return types.NewSignatureType(nil, nil, nil, params, results, false)
}

// has reports whether values of type t have an exported method of that name, of
// that signature unless it is nil.
func has(t types.Type, name string, sig *types.Signature) bool {
	fn, ok := LookupMethod(t, name)
	return ok && (sig == nil || types.Identical(fn.Signature(), sig))
}

func LookupMethod(t types.Type, name string) (*types.Func, bool) {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	fn, ok := obj.(*types.Func)
	return fn, ok
}

// Partial reports whether a method is of the shape of Read, Write, ReadAt,
// WriteAt, ReadFrom or WriteTo: what it returns beside the error counts what it
// has done when it fails.
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
	count, ok := sig.Results().At(0).Type().Underlying().(*types.Basic)
	return ok && count.Info()&types.IsInteger != 0
}

// plain reports whether values of a type are plain data, which cannot go on
// using the context of the call that returned them: no interface but error, no
// func, no channel in them, and no method Close on them. The messages of protocol
// buffers are plain data too, whatever their state is made of.
func plain(t types.Type) bool {
	return plainIn(t, make(map[types.Type]bool))
}

func plainIn(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return true
	}
	seen[t] = true
	if types.Identical(t, ErrorType) {
		return true
	}
	if isMessage(t) {
		return true
	}
	if closes(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Pointer:
		return plainIn(u.Elem(), seen)
	case *types.Slice:
		return plainIn(u.Elem(), seen)
	case *types.Array:
		return u.Len() == 0 || plainIn(u.Elem(), seen)
	case *types.Map:
		return plainIn(u.Key(), seen) && plainIn(u.Elem(), seen)
	case *types.Struct:
		for field := range u.Fields() {
			if !plainIn(field.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false // interfaces, funcs, channels, type parameters
}

// isMessage reports whether a type is that of a message of protocol buffers: a
// struct with the marker method that all of them have.
func isMessage(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ProtoMessage")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 0
}

func closes(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Close")
	_, ok := obj.(*types.Func)
	return ok
}

// LockIn returns the lock that copying a value of type t would copy, or nil. It is
// what go vet's copylocks would find in the generated code. Of a lock that is
// inside of one, as of the noCopy in a sync.WaitGroup, the user knows nothing: it is
// the type that has it.
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

// unexported reports whether a type has a name that its package keeps to itself.
func unexported(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && !named.Obj().Exported()
}

// locks reports whether *T, and not T, has Lock and Unlock.
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

// Unknown reports whether the type checker could make nothing of a part of t
// that generated code would have to write.
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

// Contains reports whether f holds for a part of t that generated code would have
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
