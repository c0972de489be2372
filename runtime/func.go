package retry

import (
	"context"
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/policy"
)

// A Func makes calls under a policy that is given as text. It is for code that calls one
// thing and has no interface to generate a wrapper from. It is safe for concurrent use.
type Func struct{ m *Method }

// NewFunc returns a Func with a policy in the grammar of the comments:
//
//	geocode, err := retry.NewFunc("Maps.Geocode", "exponential-jitter attempts=4; timeout attempt=1s; breaker", nil)
//
// The name stands in errors, logs and events. With a dot in it, ParseOverrides can name
// it like a method of an interface. NewFunc applies the same defaults as the generator: a
// policy with retries or copies that says no budget gets the default one.
//
// The Func has a breaker, a budget and a limit of its own. With Options.Group, the Funcs
// and wrappers of that Group share what they declare alike.
//
// NewFunc returns an error for a text that is wrong, for a policy that no call can have,
// and for a breaker, budget or limit that contradicts the one of the Group.
func NewFunc(name, text string, opts *Options) (*Func, error) {
	if name == "" {
		return nil, errors.New("retry: a Func without a name")
	}
	p, err := policy.Parse(text)
	var errs []error
	for _, e := range policy.Errors(err) {
		errs = append(errs, fmt.Errorf("retry: %s: column %d: %w", name, e.Offset+1, e))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("retry: %s: %w", name, err)
	}
	if p.Budget == (policy.Budget{}) && (p.Retry.Attempts > 1 || p.Hedge.After > 0) {
		p.Budget = policy.DefaultBudget()
	}
	var own Options
	if opts != nil {
		own = *opts
	}
	if own.Group == nil {
		own.Group = new(Group)
	}
	shared, private := shareable(p)
	if err := own.Group.declare(name, shared, &own); err != nil {
		return nil, err
	}
	m, err := newMethod(name, MethodSpec{
		Policy:        private,
		SharedBreaker: shared.Breaker != (policy.Breaker{}),
		SharedBudget:  shared.Budget != (policy.Budget{}),
		SharedLimit:   shared.Limit != (policy.Limit{}),
		hedges:        true,
	}, &own)
	if err != nil {
		return nil, err
	}
	tellWrapped(name, []string{name}, &own)
	return &Func{m}, nil
}

// shareable splits a policy into the guards that a Group shares and the rest. What is
// switched off is nothing to share.
func shareable(p policy.Policy) (shared, private policy.Policy) {
	private = p
	if !p.Breaker.Off {
		shared.Breaker, private.Breaker = p.Breaker, policy.Breaker{}
	}
	if !p.Budget.Off {
		shared.Budget, private.Budget = p.Budget, policy.Budget{}
	}
	if !p.Limit.Off {
		shared.Limit, private.Limit = p.Limit, policy.Limit{}
	}
	return shared, private
}

// Do calls f as often as the policy says, and returns the error of the call as the
// package documentation describes it. Each attempt gets a context made from ctx, which
// ends when the attempt does.
//
// If the policy has a hedge, copies of f run at the same time on goroutines of their own.
// Such an f must not write to variables outside of it; use [DoValue] to get a result.
func (f *Func) Do(ctx context.Context, do func(context.Context) error) error {
	_, err := Hedge(ctx, f.m, withoutResult(do))
	return err
}

// DoValue is [Func.Do] for a func with a result. It returns the result of the last
// attempt, or of the copy that won, and the zero T if there was no attempt. The result
// must not need the context of its attempt, as the body of an HTTP response does.
func DoValue[T any](ctx context.Context, f *Func, do func(context.Context) (T, error)) (T, error) {
	return Hedge(ctx, f.m, do)
}
