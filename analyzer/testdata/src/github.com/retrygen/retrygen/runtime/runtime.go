// Package retry stands in for the runtime: what the analyzers look at has the same form.
package retry

import (
	"context"

	"github.com/retrygen/retrygen/policy"
)

type Group struct{}

type Options struct {
	Name  string
	Group *Group
}

type MethodSpec struct {
	Policy    policy.Policy
	CutAtEOF  bool
	NoContext bool
}

type Method struct{}

type Wrapper struct{}

func NewWrapper(name string, shared policy.Policy, opts *Options) *Wrapper { return new(Wrapper) }

func (*Wrapper) Group() *Group                            { return nil }
func (*Wrapper) Method(name string, s MethodSpec) *Method { return nil }

type Func struct{}

func NewFunc(name, text string, opts *Options) (*Func, error) { return new(Func), nil }

func (*Func) Do(ctx context.Context, do func(context.Context) error) error { return do(ctx) }

func DoValue[T any](ctx context.Context, f *Func, do func(context.Context) (T, error)) (T, error) {
	return do(ctx)
}
