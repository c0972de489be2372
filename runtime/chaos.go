package retry

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Chaos disturbs the attempts of a method, to test what a policy, a breaker and a caller make
// of it. It is innermost: inside the breaker, the limit and the attempt timeout, so they see a
// disturbance as a failure of the dependency. Copies that a hedge starts are attempts, too.
//
// Only the program can set it, with Options.Chaos or [Group.SetChaos]. No directive, override
// or environment variable does. [Group.SetEnabled] switches it off with everything else.
//
// Hooks.Disturbed is called for each disturbance. The text of a [ChaosError] begins with
// "chaos: ", so that logs tell it from a real one. Options.Logger gets a line at level Warn
// when SetChaos changes something, and at most one a second for each method while attempts
// are disturbed, with their number.
type Chaos struct {
	// Seed chooses the draws. The nth attempt of a method gets the same draw with the same
	// seed. Every seed is valid, zero too.
	Seed uint64

	// Acts are the disturbances, each with its share of the attempts. An attempt gets one of
	// them at most. The shares add up to 1 at most; the rest of the attempts is left alone.
	Acts []ChaosAct

	// Choose decides in place of Seed and Acts, which must be zero then. It is called for each
	// attempt with its context, and must be safe for concurrent use. The zero ChaosAct leaves
	// the attempt alone; shares are ignored. Nil: Seed and Acts decide.
	Choose func(context.Context) ChaosAct
}

// A ChaosAct is one disturbance.
type ChaosAct struct {
	Kind  ChaosKind
	Share float64 // of the attempts, from 0 to 1

	// Delay is how long ChaosDelay waits. It is more than zero, and zero for other kinds.
	Delay time.Duration

	// Err is the error of ChaosError and ChaosHalfDone, which a ChaosError wraps: its class
	// and the method's on and not decide what becomes of the call. Nil: an error that says
	// nothing, so it is retried and counts as a failure.
	Err error

	// Value is what ChaosResult returns and what ChaosPanic panics with. Nil: a text, for a
	// panic; ChaosResult needs a value.
	Value any
}

// A ChaosKind says what a disturbance does, in words that fit a label of a metric.
type ChaosKind string

const (
	// ChaosDelay waits, and then calls the method. If the context ends the wait, the attempt
	// returns its error, and the method is not called.
	ChaosDelay ChaosKind = "delay"

	// ChaosFailure returns an error. The method is not called.
	ChaosFailure ChaosKind = "error"

	// ChaosHang waits until the context ends, and returns its error. The method is not called.
	// A method without a context cannot hang.
	ChaosHang ChaosKind = "hang"

	// ChaosPanic panics. The method is not called.
	ChaosPanic ChaosKind = "panic"

	// ChaosResult returns a result. The method is not called. The method must have one result
	// besides the error, without a directive error-in, and the value must be assignable to it.
	// Otherwise the attempt returns an error that says so.
	ChaosResult ChaosKind = "result"

	// ChaosHalfDone calls the method, and throws its answer away: the dependency has done what
	// it was asked, and the caller does not learn of it. This is what shows whether a method is
	// idempotent. The answer is closed if it can be, and an error returned. If the method fails
	// by itself, its own error comes back. Where a method has several results, or an error-in,
	// the caller can get those of the lost answer beside the error.
	ChaosHalfDone ChaosKind = "half-done"
)

// A ChaosError is the error of an attempt that was disturbed. It wraps the error that it
// stands for.
type ChaosError struct {
	Method string // "PaymentClient.Charge"
	Kind   ChaosKind
	Err    error // never nil
}

// Error returns the wrapped error, marked as chaos.
func (e *ChaosError) Error() string {
	if e.Kind == ChaosFailure {
		return "chaos: " + e.Err.Error()
	}
	return "chaos: " + string(e.Kind) + ": " + e.Err.Error()
}

// Unwrap returns the wrapped error.
func (e *ChaosError) Unwrap() error { return e.Err }

// SetChaos disturbs the attempts of a method ("PaymentClient.Charge"), or those of all methods
// that the group has of an interface ("PaymentClient"), from the next call on. Calls under way
// stay as they are. Nil switches it off. SetChaos replaces what was set before, and begins
// with the first draw again.
//
// For an interface it leaves out the hangs of methods without a context.
//
// It returns an error and changes nothing if the group has no such method, if a share or an
// act is invalid, or if a method without a context is to hang.
func (g *Group) SetChaos(name string, c *Chaos) error {
	states, err := g.setChaos(name, c)
	for _, s := range states {
		s.logChaos()
	}
	return err
}

func (g *Group) setChaos(name string, c *Chaos) ([]*methodState, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	states, wide := g.named(name)
	if len(states) == 0 {
		return nil, g.noMethod(name)
	}
	made := make([]*chaos, len(states))
	for i, s := range states {
		var err error
		if made[i], err = newChaos(c, s, wide); err != nil {
			return nil, err
		}
	}
	for i, s := range states {
		s.chaos = made[i]
		s.publish()
	}
	return states, nil
}

// chaos is a Chaos in force for one method.
type chaos struct {
	acts   []ChaosAct
	choose func(context.Context) ChaosAct
	seed   uint64 // of this method
	text   string
	draws  atomic.Uint64
	storm  storm
}

// newChaos returns what a method needs of c. Wide says that c is meant for several methods.
// Nil makes nil.
func newChaos(c *Chaos, s *methodState, wide bool) (*chaos, error) {
	if c == nil {
		return nil, nil
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("retry: chaos of %s: %w", s.name, err)
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(s.name)) // never fails
	made := &chaos{choose: c.Choose, seed: c.Seed ^ hash.Sum64(), text: c.String()}
	for _, act := range c.Acts {
		if act.Kind == ChaosHang && s.spec.NoContext {
			if !wide {
				return nil, fmt.Errorf("retry: chaos of %s: %w", s.name, errNoHang)
			}
			act = ChaosAct{Share: act.Share} // the draws of the others stay
		}
		made.acts = append(made.acts, act)
	}
	return made, nil
}

var errNoHang = errors.New("a method without a context cannot hang")

// check reports what is wrong.
func (c *Chaos) check() error {
	if c.Choose != nil {
		if c.Seed != 0 || len(c.Acts) > 0 {
			return errors.New("both Choose and Seed or Acts are set; Choose decides in their place")
		}
		return nil
	}
	sum := 0.0
	for i, act := range c.Acts {
		if !(act.Share >= 0 && act.Share <= 1) { // NaN is neither
			return fmt.Errorf("act %d, %s: the share is %v, want 0 to 1", i+1, act.Kind, act.Share)
		}
		if err := act.check(); err != nil {
			return fmt.Errorf("act %d: %w", i+1, err)
		}
		sum += act.Share
	}
	if sum > 1+1e-9 { // ten times 0.1 may be a little more
		return fmt.Errorf("the shares add up to %v, want 1 at most", math.Round(sum*1e6)/1e6)
	}
	return nil
}

// chaosKinds are all kinds.
var chaosKinds = []ChaosKind{ChaosDelay, ChaosFailure, ChaosHang, ChaosPanic, ChaosResult, ChaosHalfDone}

// check reports what is wrong with an act, but not with its share.
func (a *ChaosAct) check() error {
	fails := a.Kind == ChaosFailure || a.Kind == ChaosHalfDone
	switch {
	case !slices.Contains(chaosKinds, a.Kind):
		return fmt.Errorf("unknown kind %q", string(a.Kind))
	case a.Kind == ChaosDelay && a.Delay <= 0:
		return fmt.Errorf("delay: Delay is %v, want more than zero", a.Delay)
	case a.Kind != ChaosDelay && a.Delay != 0:
		return fmt.Errorf("%s: only a delay has a Delay", a.Kind)
	case !fails && a.Err != nil:
		return fmt.Errorf("%s: only an error or half-done has an Err", a.Kind)
	case a.Kind == ChaosResult && a.Value == nil:
		return errors.New("result: Value is nil; for a nil pointer, give it its type")
	case a.Kind != ChaosResult && a.Kind != ChaosPanic && a.Value != nil:
		return fmt.Errorf("%s: only a result or a panic has a Value", a.Kind)
	}
	return nil
}

// String says what is disturbed and how often, such as "10% error, 5% half-done". It shows no
// error and no value, because these may be secrets.
func (c *Chaos) String() string {
	if c.Choose != nil {
		return "chosen by the program"
	}
	var acts []string
	for _, act := range c.Acts {
		if act.Share == 0 {
			continue
		}
		text := strconv.FormatFloat(act.Share*100, 'g', 6, 64) + "% " + string(act.Kind)
		if act.Delay > 0 {
			text += " of " + act.Delay.String()
		}
		acts = append(acts, text)
	}
	if acts == nil {
		return "nothing"
	}
	return strings.Join(acts, ", ")
}
