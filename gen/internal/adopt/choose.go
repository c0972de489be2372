package adopt

import (
	"go/types"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/review"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// Choices are the directives of an interface, each with its reason.
type choices struct {
	directives []string // of the interface
	reasons    []string // sentences
	methods    []chosen

	switchOff string
	unknown   string
}

// Chosen are the directives of a method.
type chosen struct {
	fn         *types.Func
	names      map[int]string // of parameters that have none
	directives []string
	reasons    []string
}

func (c *chosen) say(directive string, reason ...string) {
	if directive != "" {
		c.directives = append(c.directives, directive)
	}
	c.reasons = append(c.reasons, reason...)
}

// choose decides the directives of an interface with these methods. It returns nil if a
// wrapper could do nothing for any of them.
func choose(pkg *load.Package, c *client, methods []*types.Func) *choices {
	all := &choices{}
	inResults := slices.ContainsFunc(methods, func(fn *types.Func) bool { return holdsError(fn.Signature()) })
	iface := types.NewInterfaceType(slices.Clone(methods), nil).Complete()
	acts := false
	for _, fn := range methods {
		m := chosen{fn: fn, names: make(map[int]string)}
		acts = m.choose(iface) || acts
		all.methods = append(all.methods, m)
	}
	if !acts {
		return nil
	}
	all.say("exponential-jitter attempts=3 base=100ms max=2s",
		"Three attempts with random waits, so that callers that fail together do not come back together.")
	if slices.ContainsFunc(methods, func(fn *types.Func) bool { return hasContext(fn) }) {
		all.say("timeout attempt=5s total=15s",
			"The timeouts are a first guess. Write a little more than the slowest answer that is still of use.")
	}
	all.say("breaker failures=5", "Five failures in a row open the breaker, which then refuses calls for 30s.")
	if inResults {
		all.say("error-in .Err .SetErr", "The errors are in the results, so the wrapper reads them there.")
	}
	all.chooseLibrary(pkg, c, methods)
	return all
}

func (all *choices) say(directive string, reason ...string) {
	if directive != "" {
		all.directives = append(all.directives, directive)
	}
	all.reasons = append(all.reasons, reason...)
}

// choose decides the directives of a method. It reports whether a wrapper does something for
// the method.
func (c *chosen) choose(iface *types.Interface) bool {
	sig := c.fn.Signature()
	carrier, _ := shape.CarrierOf(sig)
	switch {
	case closes(c.fn):
		c.say("none", c.fn.Name()+" ends the client. The wrapper passes it on.")
		return false
	case !shape.Fails(sig) && !holdsError(sig):
		c.sayLate()
		return false
	}
	if why := c.usedUp(); why != "" {
		c.say("simple attempts=1", c.fn.Name()+" makes one attempt, because that uses up a parameter: "+why+".")
		if strings.Contains(why, "io.") {
			c.sayLong("transfer")
		}
	} else {
		c.chooseEffect(iface)
		c.chooseRewind()
	}
	switch {
	case carrier == shape.NoContext:
		c.say("", "Nothing can end an attempt early, because "+c.fn.Name()+" takes no context.")
	case shape.WaitsForMessages(c.fn):
		c.say("timeout off", c.fn.Name()+" waits until something comes, so only the caller's context ends it.")
	}
	for v := range sig.Results().Variables() {
		if shape.Streams(v.Type()) {
			c.say("", "The timeouts end when "+c.fn.Name()+" returns. They do not cut off what the caller reads from the result.")
			break
		}
	}
	return true
}

// sayLate says that a method returns no error, so that nothing can be retried.
func (c *chosen) sayLate() {
	sig := c.fn.Signature()
	for v := range sig.Results().Variables() {
		if hasErr(v.Type()) {
			c.say("", c.fn.Name()+" passes through: its error is in its result, and no method of the result can set one. Write error-in .Err FUNC, with a func that makes a result of an error, and calls are retried.")
			return
		}
	}
	c.say("", c.fn.Name()+" passes through: it returns no error, so the wrapper sees no failure.")
}

// usedUp says why there can be only one attempt: it uses up a parameter, and nothing puts that
// back. It returns "" if there can be more.
func (c *chosen) usedUp() string {
	for v := range c.inputs() {
		if why := shape.WhyUsedUp(v.Type()); why != "" && !shape.Seeks(v.Type()) {
			return why
		}
	}
	return ""
}

// inputs yields the parameters of the method without the one that brings the context, with
// their places.
func (c *chosen) inputs() func(func(*types.Var, int) bool) {
	carrier, at := shape.CarrierOf(c.fn.Signature())
	return func(yield func(*types.Var, int) bool) {
		for i, v := range shape.Enumerate(c.fn.Signature().Params()) {
			if (carrier == shape.NoContext || i != at) && !yield(v, i) {
				return
			}
		}
	}
}

// chooseRewind puts readers back before a retry.
func (c *chosen) chooseRewind() {
	var rewind, fields []string
	for v, i := range c.inputs() {
		if shape.WhyUsedUp(v.Type()) != "" {
			name := v.Name()
			if !shape.Named(v) {
				name = "body"
				c.names[i] = name
			}
			rewind = append(rewind, name)
			continue
		}
		for _, f := range shape.FieldsUsedUp(v.Type()) {
			name := f.Name()
			if shape.Named(v) {
				name = v.Name() + "." + name
			}
			fields = append(fields, name)
		}
	}
	if rewind != nil {
		c.say("rewind "+strings.Join(rewind, " "), "A retry reads "+strings.Join(rewind, " and ")+" from where it stood before the call.")
	}
	if fields != nil {
		c.say("", "Before a retry, "+strings.Join(fields, " and ")+" goes back to where it stood if it is an io.Seeker. Otherwise there is one attempt.")
	}
	if rewind != nil || fields != nil {
		c.sayLong("upload")
	}
}

// sayLong gives the method a long timeout, because an attempt moves data of any size.
func (c *chosen) sayLong(what string) {
	if hasContext(c.fn) {
		c.say("timeout attempt=1m total=3m", "The timeout covers the "+what+", so it is long.")
	}
}

// chooseEffect decides by what a second call does.
func (c *chosen) chooseEffect(iface *types.Interface) {
	name, sig := c.fn.Name(), c.fn.Signature()
	carrier, _ := shape.CarrierOf(sig)
	effect := effectOf(c.fn)
	switch {
	case carrier == shape.RequestParam:
		c.say("", "A request that is not idempotent, such as a POST, is only repeated if the server has not processed it.")
	case name == "Commit" || name == "CommitTransaction":
		c.say("", name+" is not retried: one that fails may have been carried out.")
	case review.TakesKey(sig):
		c.say("", name+" takes an idempotency key. Set one in each call, and a retry has no second effect.")
	case effect == reads:
		c.say("", name+" reads, as its name says, so all errors that may go away are retried.")
	case effect == begins:
		c.say("", name+" opens something that has no effect until it is used, so it is retried.")
	case effect == repeats:
		c.say("", "A second "+name+" stores or removes the same thing again, as the name says. Write on unsent if it does more.")
	case takesStatement(sig):
		c.say("on unsent", "The statement of "+name+" may write, and an attempt that seems to have failed may have been carried out. So only what was not sent is retried. Leave that out for statements that only read.")
	case effect == writes:
		c.say("on unsent", name+" writes, as its name says, and an attempt that seems to have failed may have been carried out. So only what was not sent is retried.")
	default:
		c.say("on unsent", "The name of "+name+" does not say that a second call does no harm. So only what was not sent is retried. Leave that out if it only reads.")
	}
	if shape.InTransaction(iface, c.fn) && name != "Commit" && name != "Rollback" {
		c.say("", "A conflict ends the transaction, so it is not retried here.")
	}
}

// closes reports whether a method ends the client.
func closes(fn *types.Func) bool {
	switch fn.Name() {
	case "Close", "Disconnect", "Quit", "Shutdown", "Stop":
		return true
	}
	return false
}

func hasContext(fn *types.Func) bool {
	carrier, _ := shape.CarrierOf(fn.Signature())
	return carrier != shape.NoContext
}

// holdsError reports whether the only result of a method holds its error, and a new one can
// be made with any error, as for the commands of go-redis.
func holdsError(sig *types.Signature) bool {
	if sig.Results().Len() != 1 {
		return false
	}
	t := sig.Results().At(0).Type()
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok || !hasErr(t) {
		return false
	}
	_, isStruct := p.Elem().Underlying().(*types.Struct)
	set, ok := shape.LookupMethod(t, "SetErr")
	return ok && isStruct && set.Signature().Results().Len() == 0 && set.Signature().Params().Len() == 1 &&
		types.Identical(set.Signature().Params().At(0).Type(), shape.ErrorType)
}

// hasErr reports whether values of a type have a method Err() error.
func hasErr(t types.Type) bool {
	fn, ok := shape.LookupMethod(t, "Err")
	return ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 && shape.Fails(fn.Signature())
}
