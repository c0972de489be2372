package retry

import (
	"log/slog"

	"github.com/retrygen/retrygen/policy"
)

// Format2_IfUndefinedUpdateRetrygenAndRegenerate is for generated code. It ties that to a
// runtime that understands it. If it does not compile, the tool and the library are of
// different releases: run go get github.com/retrygen/retrygen and go generate.
const Format2_IfUndefinedUpdateRetrygenAndRegenerate = true

// Options are what a program can set for a wrapper or a [Func]. The zero Options and a nil
// *Options are valid.
type Options struct {
	// Name names the instance, such as "eu-west" or "shard-3", where a program has several
	// wrappers of one interface. It appears in errors, logs, events and snapshots. Empty: the
	// instance has the name of the Group.
	Name string

	// Group is the state that guards the dependency. Set it to share that state between
	// wrappers or to use its methods. Nil: the wrapper has a Group of its own.
	Group *Group

	// Override changes the policy of each method when the wrapper is made. It gets the
	// method ("PaymentClient.Charge") and the policy that the source declares, and returns
	// the policy to use. [ParseOverrides] and [EnvOverrides] make such funcs, and
	// [Group.SetPolicy] changes what they return. The constructor panics if Override returns
	// an error, or if the method cannot have the policy, such as a timeout without a context.
	// Nil: the policies stay as the source declares them. In a Group, the first wrapper with
	// the method decides.
	Override Override

	// Classify says of which class an error is. The method's own MethodSpec.Classify is asked
	// before it, and everybody else after it. It is called for an error and then for each
	// error that it wraps, from the outside in, until it returns a class other than
	// ClassUnclassified. It is never called for a nil pointer, and must be safe for
	// concurrent use. Nil: nobody is asked.
	Classify func(error) Class

	// BreakerKeys is the most keys of a //retry:breaker with key= that have a breaker of
	// their own. Zero: breaker.DefaultKeys. In a Group, the first wrapper decides.
	BreakerKeys int

	// ShowKeys lets errors, logs and events of a breaker with key= name the key that they are
	// about. False: they do not, because a key may be a secret. In a Group, the first wrapper
	// decides.
	ShowKeys bool

	// Chaos disturbs the attempts of all methods, as [Group.SetChaos] does for an interface. In
	// a Group, the first wrapper with the method decides. The constructor panics if it is
	// invalid. Nil: nothing is disturbed.
	Chaos *Chaos

	// Hooks are called for what the calls do. Zero: none are.
	Hooks Hooks

	// Logger gets changes of the breaker and give-ups at level Warn, and retries at level
	// Debug. It gets at most one give-up a second for each method, with their number.
	// Nil: nothing is logged.
	Logger *slog.Logger
}

// instance returns the name of the instance.
func (o *Options) instance() string {
	if o.Name == "" && o.Group != nil {
		return o.Group.Name
	}
	return o.Name
}

// A Wrapper is for generated code. It is what the methods of one wrapper have in common.
type Wrapper struct {
	name    string
	opts    Options
	methods []string // made so far
}

// NewWrapper is for generated code. It returns what the methods of a wrapper of the named
// interface share. From shared it takes the breaker, the budget and the limit. It panics
// if opts.Group has one of these that differs from the one in shared.
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

// Made tells the hook that the wrapper has all its methods.
func (w *Wrapper) Made() { tellWrapped(w.name, w.methods, &w.opts) }

func tellWrapped(name string, methods []string, opts *Options) {
	if hook := opts.Hooks.Wrapped; hook != nil {
		hook(WrapperInfo{Name: name, Instance: opts.instance(), Group: opts.Group, Methods: methods})
	}
}
