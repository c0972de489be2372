package shape

import (
	"go/types"
	"strings"
)

// WhyUsedUp says why the first attempt leaves nothing of a parameter to the second one,
// or does again what was done. It returns "" for a parameter that can be handed over
// again. It looks at the type and at the elements of pointers, slices, arrays and maps,
// but not into structs.
func WhyUsedUp(t types.Type) string {
	return whyUsedUpIn(t, make(map[types.Type]bool))
}

func whyUsedUpIn(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] || IsTypeParam(t) || listed(reusableTypes, pointee(t)) {
		return ""
	}
	seen[t] = true
	switch {
	case has(t, "Read", readSignature):
		return "an io.Reader"
	case has(t, "Write", readSignature) && !logs(t):
		return "an io.Writer"
	case IsRequest(t):
		return "an *http.Request, whose body can be read once"
	case has(t, "Next", nextSignature):
		return "an iterator with Next() bool"
	}
	switch u := t.Underlying().(type) {
	case *types.Chan:
		switch {
		case emptyStruct(u.Elem()):
		case u.Dir() == types.SendOnly:
			return "a channel to send to"
		default:
			return "a channel to receive from"
		}
	case *types.Signature:
		if iterates(u) {
			return "an iterator"
		}
	case *types.Pointer:
		return eachUsedUp("a pointer to ", u.Elem(), seen)
	case *types.Slice:
		return eachUsedUp("a list in which each element is ", u.Elem(), seen)
	case *types.Array:
		return eachUsedUp("a list in which each element is ", u.Elem(), seen)
	case *types.Map:
		return eachUsedUp("a map in which each value is ", u.Elem(), seen)
	}
	return ""
}

// eachUsedUp is whyUsedUpIn for the elements of a type.
func eachUsedUp(of string, elem types.Type, seen map[types.Type]bool) string {
	if why := whyUsedUpIn(elem, seen); why != "" {
		return of + why
	}
	return ""
}

// reusableTypes look as if they were used up, but each attempt can have them.
var reusableTypes = map[string][]string{
	"math/rand":    {"Rand"},
	"math/rand/v2": {"ChaCha8"},
}

func pointee(t types.Type) types.Type {
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// logs reports whether a type has a method of a logger. Loggers are often io.Writers,
// and may write twice.
func logs(t types.Type) bool {
	for fn := range methods(t) {
		for _, word := range []string{"Print", "Info", "Log"} {
			if strings.HasPrefix(fn.Name(), word) {
				return true
			}
		}
	}
	return false
}

// iterates reports whether a func has the shape of iter.Seq or iter.Seq2.
func iterates(sig *types.Signature) bool {
	if sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
	return ok && !yield.Variadic() && yield.Params().Len() >= 1 && yield.Params().Len() <= 2 &&
		yield.Results().Len() == 1 && returnsBool(yield)
}

// WhyShared says why copies of an attempt that run at once must not share a parameter of a
// method, although one attempt after the other may have it. It returns "" if they may.
func WhyShared(sig *types.Signature, i int) string {
	t := types.Unalias(sig.Params().At(i).Type())
	if p, ok := t.(*types.Pointer); ok && isNamed(p.Elem(), "connectrpc.com/connect", "Request") {
		return "a *connect.Request, whose header each copy sets"
	}
	if !returnsCounts(sig) {
		return ""
	}
	if sig.Variadic() && i == sig.Params().Len()-1 {
		t = types.Unalias(t.(*types.Slice).Elem())
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return "a pointer, and the method returns nothing but an error or counts"
	case *types.Map:
		return "a map, and the method returns nothing but an error or counts"
	case *types.Slice:
		if basic, ok := u.Elem().Underlying().(*types.Basic); ok && basic.Kind() == types.Byte {
			return "a []byte, and the method returns nothing but an error or counts"
		}
	case *types.Interface:
		if u.Empty() && !IsTypeParam(t) {
			return "an any, and the method returns nothing but an error or counts"
		}
	}
	return ""
}

// returnsCounts reports whether a method returns nothing but integers and an error, so
// that what it reads must go into a parameter.
func returnsCounts(sig *types.Signature) bool {
	for i := range DataResults(sig) {
		if !isInteger(sig.Results().At(i).Type()) {
			return false
		}
	}
	return true
}

// nextSignature is that of the method Next of an iterator.
var nextSignature = types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.Bool])), false)
