package model

import (
	"go/token"
	"go/types"
	"slices"
	"time"

	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// Bound returns how long an attempt can take at most, and the key of timeout that says
// so. It returns zero if nothing bounds an attempt.
func (m *Method) Bound() (key string, most time.Duration) {
	t := m.Policy.Timeout
	if t.Attempt > 0 {
		return "attempt", t.Attempt // total is not shorter
	}
	return "total", t.Total
}

// Whole returns the whole policy of a method, including what it shares with others.
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

// Keeps returns how the results of a method hold on to the context. It returns nil if
// they are data, or if the method has no context that could end. A method that
// polls, or reads the error from the results, needs it even without a context, because
// the call closes the results that it throws away.
func (m *Method) Keeps() []shape.Keeping {
	if !m.Acts || m.Ctx == shape.NoContext && m.Result == nil && m.ErrorIn == nil {
		return nil
	}
	return shape.Keepings(m.Sig, m.Streams)
}

// Outlives reports whether the results of a method go on using the context of its call, and
// whether they end that when they are closed.
func (m *Method) Outlives() (streams, closes bool) {
	loose := false
	for _, k := range m.Keeps() {
		streams = streams || k != shape.KeepNothing
		loose = loose || k == shape.KeepLoose || k == shape.KeepUntilCollected
	}
	return streams, streams && !loose
}

// A BreakerKey selects the breaker of a call: by one of the method's parameters, or by a
// func of all of them.
type BreakerKey struct {
	Word  string       // as written
	Param int          // index of the parameter; only without a func
	Fn    types.Object // nil for a parameter; variadic only if the method is
}

// Converts returns the predeclared type to which generated code converts the key of a
// method, or "". Keys of a user's type are converted too, because fmt would call their
// methods.
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

// Classes maps the built-in words of on and not to the funcs of the runtime.
var Classes = map[string]string{
	"transient": "Transient",
	"unsent":    "Unsent",
	"timeout":   "Timeout",
	"throttled": "Throttled",
	"conflict":  "Conflict",
}

// A Method is one method of the wrapper.
type Method struct {
	Fn         *types.Func
	Pos        token.Pos // where to report errors
	Sig        *types.Signature
	Ctx        shape.Carrier
	CtxAt      int           // index of the parameter that carries the context
	Fails      bool          // the last result is an error
	Acts       bool          // something is in force; if not, the wrapper passes the call through
	Policy     policy.Policy // in force for this method alone
	Breaker    bool          // the shared one is in force
	Budget     bool          // the shared one is in force
	Limit      bool          // the shared one is in force
	Key        *BreakerKey   // selects the breaker of a call; nil if all calls share one
	On, Not    []Matcher
	Classify   types.Object // the func that says of which class an error is; nil for none
	RetryAfter types.Object // the func that says how long a server asks to wait; nil for none
	Sorters    []*Sorter    // what sorts errors of libraries, in the order in which it is asked
	ErrorIn    *ErrorIn     // says which error counts; nil: the method's own
	Result     types.Object // the func that returns true while the results are not good yet; nil for none
	Fallback   *Fallback    // nil for none
	Rewind     []int        // indices of the parameters to be put back before each retry
	Fields     []Field      // of parameters, that the first attempt may use up
	Streams    bool         // the user says that its results are streams
	Once       string       // why a call must not be repeated; "" if it may be
	Idempotent bool         // its calls carry an idempotency key
	EOFEnds    bool         // io.EOF is the end of a sequence, not a connection that was cut off
	Waits      bool         // for messages, so it is an answer that none has come in time
	InTx       bool         // a conflict ends the transaction that the call is a part of
	Decisions  []Decision
	Allows     []*Directive // the allow directives of the method
}

// A Field is a field of a parameter.
type Field struct {
	shape.Field
	Param  int
	Demand bool // the user wants it rewound
}

// A Said is one concern, and a policy that sets only that concern.
type Said struct {
	Concern grammar.Concern
	Policy  policy.Policy
	Shared  bool   // other methods share the guard
	Text    string // of a part of an override that is skipped; there is no Policy
}

// A Decision records what became of one concern of a method.
type Decision struct {
	By      *Directive // nil for the default, which only the budget has, and for Shown
	OfType  bool       // the directive stands on the interface
	Skipped string     // why the interface's directive has no effect on the method; "" if it has

	Shown []*Sorter // what the signatures of the interface show; there is no By

	Over *Said          // what an override says instead of By
	At   token.Position // of the override

	Variable string // the environment variable that is the override; "" for a file
}

// A Fallback is what a wrapper calls after a call has failed for good: a func, or another
// method of the wrapper.
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

	Has    string       // the func of the runtime that looks for a code
	Holder types.Object // the type that has the code; nil if the func needs to know none
}

// SameCodes reports whether both match codes that are looked for in the same way.
func (m Matcher) SameCodes(other Matcher) bool {
	return m.Kind == MatchCode && other.Kind == MatchCode && m.Has == other.Has
}

type MatcherKind int

const (
	MatchClass   MatcherKind = iota // a built-in word, which stands for a func of the runtime
	MatchValue                      // errors.Is
	MatchType                       // an error type T
	MatchPointer                    // *T is an error, T is not
	MatchEither                     // T and *T
	MatchFunc                       // a func(error) bool
	MatchCode                       // a constant, which is the code of an error
)

// Concern returns what the decision is about.
func (d Decision) Concern() grammar.Concern {
	switch {
	case d.Over != nil:
		return d.Over.Concern
	case d.By != nil:
		return d.By.Verb.Concern
	case d.Shown != nil:
		return grammar.ConcernLibrary
	default:
		return grammar.ConcernBudget
	}
}

// OnConflict reports whether the on in force may match a conflict: by that word, or by an
// error, a type or a func.
func (m *Method) OnConflict() bool {
	return slices.ContainsFunc(m.On, func(on Matcher) bool { return on.Kind != MatchClass || on.Word == "conflict" })
}

// RetriesConflicts reports whether the method retries a conflict outside of a transaction.
func (m *Method) RetriesConflicts() bool { return m.Repeats() && (m.On == nil || m.OnConflict()) }

// GoesByClass reports whether something in force goes by the class of an error.
func (m *Method) GoesByClass() bool {
	return m.Repeats() || m.HasBreaker() || m.Fallback != nil
}

// HasBreaker reports whether a breaker guards the calls.
func (m *Method) HasBreaker() bool { return m.Breaker || m.Policy.Breaker != (policy.Breaker{}) }

// Decide adds a decision, in the order in which concerns take effect.
func (m *Method) Decide(d Decision) {
	place := func(d Decision) int { return slices.Index(Concerns, d.Concern()) }
	at := slices.IndexFunc(m.Decisions, func(other Decision) bool { return place(other) > place(d) })
	if at < 0 {
		at = len(m.Decisions)
	}
	m.Decisions = slices.Insert(m.Decisions, at, d)
}

// CanFail reports whether a call of the method can fail: its last result is an error, or
// there is an error in its results.
func (m *Method) CanFail() bool { return m.Fails || m.ErrorIn != nil }

// Repeats reports whether a call may make more than one attempt.
func (m *Method) Repeats() bool {
	return m.Policy.Retry.Attempts > 1 || m.Policy.Hedge != (policy.Hedge{})
}
