package gen

import (
	"go/token"
	"go/types"

	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// A basicPackage is what the phases after loading know of a package.
type basicPackage struct {
	Path, Name string
	Fset       *token.FileSet
	Types      *types.Package
	names      scope // declared at package level
}

// A wrapper is everything that is written about one interface.
type wrapper struct {
	path    string // of the file to write
	pkg     *basicPackage
	aliases map[string]string // names that the source file gives its imports, by path
	build   string            // the build constraint of the source, "" for none
	iface   *types.TypeName
	pos     token.Pos     // of the interface's name
	name    string        // of the struct
	shared  policy.Policy // the type's breaker, budget and limit
	methods []*method
}

// A method is one method of the wrapper.
type method struct {
	fn         *types.Func
	pos        token.Pos // where to tell of it
	sig        *types.Signature
	ctx        shape.Carrier
	ctxAt      int           // index of the parameter that carries the context
	fails      bool          // the last result is an error
	acts       bool          // something is in force; otherwise the wrapper passes the call through
	policy     policy.Policy // in force for this method alone
	breaker    bool          // the shared one is in force
	budget     bool          // the shared one is in force
	limit      bool          // the shared one is in force
	key        *breakerKey   // by which calls have a breaker; nil where they have one together
	on, not    []matcher
	result     types.Object // the func that says that the results are not good yet; nil for none
	fallback   *fallback    // nil for none
	rewind     []int        // indices of the parameters to be put back before each retry
	once       string       // why the call must not be repeated; "" where it may be
	idempotent bool         // its calls carry a key
	decisions  []decision
}

// A said is a concern of a policy, with the policy that says nothing else.
type said struct {
	Concern grammar.Concern
	Policy  policy.Policy
}

// A decision is what became of one concern of a method that something says
// something about.
type decision struct {
	by      *directive // nil for the default, which only the budget has
	ofType  bool       // the directive stands on the interface
	skipped string     // why the method does without what the interface says; "" when it has it

	over *said          // by an override, in the place of by
	at   token.Position // of the override
}

// A fallback is what is called when a call has failed for good: a func of the
// package or of an imported one, or another method of the wrapper.
type fallback struct {
	fn     types.Object
	method bool
	pos    token.Pos // of the word that names it
}

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
