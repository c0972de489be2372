package gen

import (
	"go/types"

	"github.com/retrygen/retrygen/policy"
)

// A wrapper is everything that is written about one interface.
type wrapper struct {
	path    string // of the file to write
	pkg     *loadedPackage
	build   string // the source's build constraint, "" for none
	iface   *types.TypeName
	decl    *declaration
	name    string        // of the struct
	shared  policy.Policy // the type's breaker and budget
	methods []*method
}

// A method is one method of the wrapper.
type method struct {
	fn         *types.Func
	sig        *types.Signature
	ctx        carrier
	ctxAt      int           // index of the parameter that carries the context
	fails      bool          // the last result is an error
	acts       bool          // something is in force; otherwise the wrapper passes the call through
	policy     policy.Policy // in force for this method alone
	breaker    bool          // the shared one is in force
	budget     bool          // the shared one is in force
	on, not    []matcher
	idempotent bool     // its calls carry a key
	skipped    []string // concerns of the type that the method cannot honour, and why
}

// A carrier is what a method gets its context by.
type carrier int

const (
	noContext carrier = iota
	contextParam
	requestParam
)

// A matcher is one word of on or not.
type matcher struct {
	kind matcherKind
	word string       // as written
	obj  types.Object // nil for a built-in word
}

type matcherKind int

const (
	matchClass   matcherKind = iota // a built-in word: a func of the runtime is asked
	matchValue                      // errors.Is
	matchType                       // an error type T
	matchPointer                    // *T is the error, T is none
	matchEither                     // T and *T
	matchFunc                       // a func(error) bool
)
