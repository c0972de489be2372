// Package concerns has methods that switch off, replace or cannot honour directives of the
// interface, one concern after the other.
package concerns

import (
	"context"
	"errors"
)

//retry:exponential attempts=3 base=10ms
//retry:timeout attempt=100ms total=1s
//retry:breaker failures=3 cooldown=10s max-cooldown=1m probes=2 successes=2
//retry:budget ratio=20% burst=10
//retry:idempotency-key
type Concerns interface {
	All(ctx context.Context) error

	//retry:simple attempts=1
	NoRetry(ctx context.Context) error

	//retry:timeout off
	//retry:breaker off
	//retry:idempotency-key off
	OnlyRetry(ctx context.Context) error

	//retry:timeout total=300ms
	//retry:breaker failures=1 cooldown=1m
	//retry:budget ratio=0.5% burst=1
	Own(ctx context.Context) error

	//retry:simple attempts=unlimited delay=10ms
	//retry:budget off
	Unlimited(ctx context.Context) error

	//retry:none
	None(ctx context.Context) error

	NoContext() error
	NoError(ctx context.Context) int
}

// OnlyBudgetOff retries without a budget.
//
//retry:simple attempts=3 delay=1ms
//retry:budget off
type OnlyBudgetOff interface {
	Do() error
}

// Off switches off one concern in each method. All change how methods are called.
//
//retry:simple attempts=3 delay=10ms
//retry:on ErrBusy
//retry:result unfinished
//retry:hedge after=20ms
//retry:limit concurrent=2
type Off interface {
	All(ctx context.Context) (int, error)

	//retry:on off
	NoOn(ctx context.Context) (int, error)

	//retry:result off
	NoResult(ctx context.Context) (int, error)

	//retry:hedge off
	NoHedge(ctx context.Context) (int, error)

	//retry:limit off
	NoLimit(ctx context.Context) (int, error)
}

// ErrBusy is worth a retry.
var ErrBusy = errors.New("busy")

func unfinished(percent int, err error) bool { return err == nil && percent < 100 }
