package retry

import (
	"log/slog"

	"github.com/retrygen/retrygen/policy"
)

// Format1_IfUndefinedUpdateRetrygenAndRegenerate ties generated code to a runtime
// that understands it. When it does not compile, tool and library are of
// different releases: run go get github.com/retrygen/retrygen and go generate.
const Format1_IfUndefinedUpdateRetrygenAndRegenerate = true

// Options are what a program can give a wrapper. The zero Options and a nil
// *Options do.
type Options struct {
	// Group is the state that guards the dependency, to share it between wrappers
	// or to reach it. Nil: the wrapper gets one of its own.
	Group *Group

	// Override is asked, when a wrapper is made, for the policy of each of its
	// methods: it is given the method's name ("PaymentClient.Charge") and the policy
	// that the source declares, and returns the one to be put into force.
	// ParseOverrides and EnvOverrides make such funcs. The constructor panics with a
	// policy that the method cannot have, such as a timeout without a context. Nil:
	// what the source declares. With a Group, the first wrapper decides.
	Override Override

	// BreakerKeys is how many keys of a //retry:breaker with key= have a breaker of
	// their own at most. Zero: breaker.DefaultKeys. With a Group, the first wrapper
	// decides.
	BreakerKeys int

	// Hooks are told what the calls do. Zero: nobody is told.
	Hooks Hooks

	// Logger gets the breaker's changes and the give-ups, these at most once a
	// second for each method, at level Warn, and the retries at level Debug.
	// Nil: nothing is logged.
	Logger *slog.Logger
}

// A Wrapper is what the methods of one generated struct have in common.
type Wrapper struct {
	name string
	opts Options
}

// NewWrapper returns what the methods of a wrapper of the named interface share.
// Of shared it takes the breaker, the budget and the limit. Generated constructors
// call it.
//
// It panics when opts.Group holds one of these that differs from the one in shared.
func NewWrapper(name string, shared policy.Policy, opts *Options) *Wrapper {
	w := &Wrapper{name: name}
	if opts != nil {
		w.opts = *opts
	}
	if w.opts.Group == nil {
		w.opts.Group = new(Group)
	}
	if err := w.opts.Group.declare(name, shared, &w.opts); err != nil {
		panic(err.Error())
	}
	return w
}

// Group returns the group whose guards the methods of the wrapper use: Options.Group,
// or the wrapper's own. It is never nil.
func (w *Wrapper) Group() *Group { return w.opts.Group }
