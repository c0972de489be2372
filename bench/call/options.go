package call

import (
	"context"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// wrap calls a generated constructor without options. N is the annotated interface, which
// has the methods of Service, and W is its wrapper.
func wrap[N any, W Service](construct func(N, *retry.Options) W) func(Service) Service {
	return with(construct, nil)
}

// with calls a generated constructor.
func with[N any, W Service](construct func(N, *retry.Options) W, opts *retry.Options) func(Service) Service {
	return func(next Service) Service { return construct(next.(N), opts) }
}

// hooked sets every hook, as a program with metrics and traces would. The hooks do nothing: what they
// would do with an event is not the wrapper's cost.
var hooked = &retry.Options{Hooks: retry.Hooks{
	Wrapped:       func(retry.WrapperInfo) {},
	CallStart:     func(ctx context.Context, _ retry.CallStartEvent) context.Context { return ctx },
	CallDone:      func(context.Context, retry.CallEvent) {},
	AttemptStart:  func(ctx context.Context, _ retry.AttemptStartEvent) context.Context { return ctx },
	AttemptDone:   func(context.Context, retry.AttemptEvent) {},
	Retry:         func(context.Context, retry.RetryEvent) {},
	GiveUp:        func(context.Context, retry.GiveUpEvent) {},
	HedgeStarted:  func(context.Context, retry.HedgeEvent) {},
	LimitRefused:  func(context.Context, retry.LimitEvent) {},
	Fallback:      func(context.Context, retry.FallbackEvent) {},
	Disturbed:     func(context.Context, retry.ChaosEvent) {},
	BreakerChange: func(breaker.Change) {},
}}
