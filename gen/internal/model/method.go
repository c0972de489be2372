package model

import (
	"go/token"
	"go/types"
	"time"

	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// Bound is how long an attempt can take at most, with the key of timeout that says
// so; zero where nothing bounds it.
func (m *Method) Bound() (key string, most time.Duration) {
	t := m.Policy.Timeout
	if t.Attempt > 0 {
		return "attempt", t.Attempt // total is not shorter
	}
	return "total", t.Total
}

// Whole is all that is in force for a method, with what it shares.
func (m *Method) Whole(w *Wrapper) policy.Policy {
	p := m.Policy
	if m.Breaker {
		p.Breaker = w.Shared.Breaker
	}
	if m.Budget {
		p.Budget = w.Shared.Budget
	}
	if m.Limit {
		p.Limit = w.Shared.Limit
	}
	return p
}

// Keeps returns how the results of a method are kept: nil where they are plain data,
// and where the method has no context that could end. What polling throws away is to
// be closed, whatever its context.
func (m *Method) Keeps() []shape.Keeping {
	if !m.Acts || m.Ctx == shape.NoContext && m.Result == nil {
		return nil
	}
	return shape.Keepings(m.Sig)
}

// A BreakerKey is what a method's calls have a breaker by: one of its parameters, or
// what a func makes of all of them.
type BreakerKey struct {
	Word  string       // as written
	Param int          // index of the parameter, where there is no func
	Fn    types.Object // nil for a parameter; variadic only where the method is
}

// Converts returns the predeclared type that code needs for the key of a method, or
// "". A type of the user's own is not handed to fmt, which would ask its methods.
func (m *Method) Converts() string {
	if m.Key == nil || m.Key.Fn != nil {
		return ""
	}
	t := m.Sig.Params().At(m.Key.Param).Type()
	basic := shape.BasicKey(t)
	switch {
	case basic.Info()&types.IsString != 0:
		return "string"
	case basic.Info()&types.IsInteger != 0:
		return "uint64"
	case types.Identical(t, basic):
		return ""
	}
	return basic.Name()
}

// Classes are the built-in words of on and not, with the funcs of the runtime
// that they stand for.
var Classes = map[string]string{
	"transient": "Transient",
	"unsent":    "Unsent",
	"timeout":   "Timeout",
}

// A Method is one method of the wrapper.
type Method struct {
	Fn         *types.Func
	Pos        token.Pos // where to tell of it
	Sig        *types.Signature
	Ctx        shape.Carrier
	CtxAt      int           // index of the parameter that carries the context
	Fails      bool          // the last result is an error
	Acts       bool          // something is in force; otherwise the wrapper passes the call through
	Policy     policy.Policy // in force for this method alone
	Breaker    bool          // the shared one is in force
	Budget     bool          // the shared one is in force
	Limit      bool          // the shared one is in force
	Key        *BreakerKey   // by which calls have a breaker; nil where they have one together
	On, Not    []Matcher
	Result     types.Object // the func that says that the results are not good yet; nil for none
	Fallback   *Fallback    // nil for none
	Rewind     []int        // indices of the parameters to be put back before each retry
	Once       string       // why the call must not be repeated; "" where it may be
	Idempotent bool         // its calls carry a key
	Decisions  []Decision
}

// A Said is a concern of a policy, with the policy that says nothing else.
type Said struct {
	Concern grammar.Concern
	Policy  policy.Policy
}

// A Decision is what became of one concern of a method that something says
// something about.
type Decision struct {
	By      *Directive // nil for the default, which only the budget has
	OfType  bool       // the directive stands on the interface
	Skipped string     // why the method does without what the interface says; "" when it has it

	Over *Said          // by an override, in the place of by
	At   token.Position // of the override
}

// A Fallback is what is called when a call has failed for good: a func of the
// package or of an imported one, or another method of the wrapper.
type Fallback struct {
	Fn     types.Object
	Method bool
	Pos    token.Pos // of the word that names it
}

// A Matcher is one word of on or not.
type Matcher struct {
	Kind MatcherKind
	Word string       // as written
	Obj  types.Object // nil for a built-in word
}

type MatcherKind int

const (
	MatchClass   MatcherKind = iota // a built-in word: a func of the runtime is asked
	MatchValue                      // errors.Is
	MatchType                       // an error type T
	MatchPointer                    // *T is the error, T is none
	MatchEither                     // T and *T
	MatchFunc                       // a func(error) bool
)

// Concern is what the decision is about.
func (d Decision) Concern() grammar.Concern {
	switch {
	case d.Over != nil:
		return d.Over.Concern
	case d.By != nil:
		return d.By.Verb.Concern
	default:
		return grammar.ConcernBudget
	}
}

// Repeats reports whether a call may be made more than once, which the budget
// bounds.
func (m *Method) Repeats() bool {
	return m.Policy.Retry.Attempts > 1 || m.Policy.Hedge != (policy.Hedge{})
}
