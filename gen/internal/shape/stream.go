package shape

import (
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Streams reports whether a result of type t can go on using the context of its call
// after the call has returned. A type is a stream in one of five ways. Everything else
// is data: any, structs, messages of protocol buffers, type parameters.
//
//   - It is a channel, a func, *http.Response, or a type of package database/sql that
//     refers to its context.
//   - It has a method that only streams have, such as Close, Recv or Commit; see
//     streamMethod.
//   - It has a method without parameters that returns one of the above.
//   - It is an interface with a method that returns an error and takes no context.
//   - It has an exported field that is one of the first two, except *http.Response.
//
// A pointer, slice, array or map is a stream if its elements are.
func Streams(t types.Type) bool {
	for layer := range layers(t) {
		switch {
		case isData(layer):
			return false
		case works(layer), hasStreamMethod(layer), returnsStream(layer), failsWithoutContext(layer), holdsStream(layer):
			return true
		}
	}
	return false
}

// isData reports whether a type, or what it points to, is data regardless of its methods.
func isData(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	return listed(dataTypes, t) || isMessage(t)
}

// layers yields a type, then its element type, then the element type of that, and so on.
// The element type of a pointer is what it points to.
func layers(t types.Type) func(func(types.Type) bool) {
	return func(yield func(types.Type) bool) {
		seen := make(map[types.Type]bool)
		for t != nil {
			if t = types.Unalias(t); seen[t] || IsTypeParam(t) || !yield(t) {
				return
			}
			seen[t] = true
			t = elementOf(t)
		}
	}
}

// elementOf returns what a pointer points to, or the type of the elements of a slice,
// an array or a map; nil for other types.
func elementOf(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return u.Elem()
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

// works reports whether a type is a stream regardless of its methods and fields. It does
// not look at element types.
func works(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	}
	return listed(streamTypes, t)
}

// streamTypes are types of the standard library that are streams. The methods of some of
// them do not show it.
var streamTypes = map[string][]string{
	"net/http":     {"Response"},
	"database/sql": {"Rows", "Row", "Tx", "Conn", "Stmt"},
	"encoding/csv": {"Reader"},
	"encoding/gob": {"Decoder"},
	"encoding/xml": {"Decoder"},
}

// dataTypes are types that the rules would take for streams. They are data, because they
// hold everything in memory, or because their methods take contexts of their own.
var dataTypes = map[string][]string{
	"bytes":                                {"Buffer", "Reader"},
	"strings":                              {"Builder", "Reader"},
	"github.com/nats-io/nats.go":           {"Msg"},
	"github.com/nats-io/nats.go/jetstream": {"Msg"},
	"github.com/twmb/franz-go/pkg/kgo":     {"Fetches"}, // with iterators over what it holds
}

// listed reports whether a table of types by package has t.
func listed(table map[string][]string, t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	for _, name := range table[named.Obj().Pkg().Path()] {
		if name == named.Obj().Name() {
			return true
		}
	}
	return false
}

// streamWords are the first words of the method names that only streams have.
var streamWords = []string{
	"Close", "Recv", "Receive", "Send", "Next", "Commit", "Rollback", "Stop", "Drain", "Release",
	"Unlock", "Unsubscribe", "Cancel", "Shutdown", "Wait",
}

// hasStreamMethod reports whether variables of a type have a method that only streams have.
func hasStreamMethod(t types.Type) bool {
	for fn := range methods(t) {
		if streamMethod(fn) {
			return true
		}
	}
	return false
}

// streamMethod reports whether only streams have a method like fn. Its name begins with one
// of streamWords, and it returns nothing, or its last result is an error or a bool. Read and
// Write of package io, Scan of a row and Scan of a bufio.Scanner count too.
func streamMethod(fn *types.Func) bool {
	sig := fn.Signature()
	switch fn.Name() {
	case "Read", "Write":
		return types.Identical(sig, readSignature)
	case "Scan":
		return types.Identical(sig, scanSignature) || sig.Params().Len() == 0 && returnsBool(sig)
	}
	for _, word := range streamWords {
		if beginsWith(fn.Name(), word) {
			return sig.Results().Len() == 0 || Fails(sig) || returnsBool(sig)
		}
	}
	return false
}

// beginsWith reports whether the first word of a name in camel case is word.
func beginsWith(name, word string) bool {
	rest, ok := strings.CutPrefix(name, word)
	next, _ := utf8.DecodeRuneInString(rest)
	return ok && !unicode.IsLower(next)
}

// returnsBool reports whether the last result is a bool.
func returnsBool(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && types.Identical(sig.Results().At(n-1).Type(), BoolType)
}

// returnsStream reports whether a type has a method without parameters that returns a
// stream.
func returnsStream(t types.Type) bool {
	for fn := range methods(t) {
		sig := fn.Signature()
		if sig.Params().Len() > 0 {
			continue
		}
		for v := range sig.Results().Variables() {
			if worksOrHasMethod(v.Type()) {
				return true
			}
		}
	}
	return false
}

// worksOrHasMethod reports whether a type is a stream by itself or by its own methods. It
// does not look at fields, nor at what the methods return.
func worksOrHasMethod(t types.Type) bool {
	for layer := range layers(t) {
		if isData(layer) {
			return false
		}
		if works(layer) || hasStreamMethod(layer) {
			return true
		}
	}
	return false
}

// failsWithoutContext reports whether a type is an interface with a method that may use the
// context of the call: it returns an error but takes no context. Errors, and results of
// statements such as sql.Result, do not use it.
func failsWithoutContext(t types.Type) bool {
	if !types.IsInterface(t) || IsError(t) {
		return false
	}
	for fn := range methods(t) {
		sig := fn.Signature()
		carrier, _ := CarrierOf(sig)
		if Fails(sig) && carrier == NoContext && !looksUp(fn) {
			return true
		}
	}
	return false
}

// looksUp reports whether a method that returns an error only reads what is in memory.
func looksUp(fn *types.Func) bool {
	switch fn.Name() {
	case "Err":
		return true
	case "LastInsertId", "RowsAffected":
		return types.Identical(fn.Signature(), countSignature)
	}
	return beginsWith(fn.Name(), "Marshal") || beginsWith(fn.Name(), "Unmarshal")
}

// holdsStream reports whether a struct has an exported field that is a stream. An
// *http.Response in a field does not count: clients keep it there for its header, and have
// read its body already.
func holdsStream(t types.Type) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for field := range s.Fields() {
		if field.Exported() && !isResponse(field.Type()) && worksOrHasMethod(field.Type()) {
			return true
		}
	}
	return false
}

// methods yields the exported methods of a variable of type t.
func methods(t types.Type) func(func(*types.Func) bool) {
	return func(yield func(*types.Func) bool) {
		if types.IsInterface(t) {
			for fn := range t.Underlying().(*types.Interface).Methods() {
				if fn.Exported() && !yield(fn) {
					return
				}
			}
			return
		}
		if _, ok := t.(*types.Pointer); !ok {
			t = types.NewPointer(t)
		}
		for selection := range types.NewMethodSet(t).Methods() {
			if fn, ok := selection.Obj().(*types.Func); ok && fn.Exported() && !yield(fn) {
				return
			}
		}
	}
}

var (
	// scanSignature is that of the method Scan of a row.
	scanSignature = types.NewSignatureType(nil, nil, nil,
		types.NewTuple(types.NewVar(0, nil, "", types.NewSlice(types.Universe.Lookup("any").Type()))),
		types.NewTuple(types.NewVar(0, nil, "", ErrorType)), true)

	// countSignature is that of the methods of sql.Result.
	countSignature = signature(types.NewTuple(), int64Type)
)
