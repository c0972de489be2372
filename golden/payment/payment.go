// Package payment has the interface on the first page of the documentation: a strategy,
// timeouts and a breaker for all methods, a different strategy for one method, and none
// for another.
package payment

import (
	"context"
	"errors"
)

type (
	ChargeRequest struct{ Cents int }
	Receipt       struct{ ID string }
	Money         struct{ Cents int }
)

var (
	ErrDeclined = errors.New("declined")
	ErrNotReady = errors.New("not ready")
)

// PaymentClient moves money.
//
//retry:exponential-jitter attempts=4 base=100ms max=2s
//retry:timeout attempt=1s total=5s
//retry:breaker failures=5 cooldown=30s
type PaymentClient interface {
	// Charge takes the payment. The server ignores a key that it has seen before.
	//
	//retry:idempotency-key
	//retry:not ErrDeclined
	Charge(ctx context.Context, req *ChargeRequest) (*Receipt, error)

	//retry:linear attempts=3 base=50ms
	//retry:on ErrNotReady transient
	Balance(ctx context.Context, account string) (Money, error)

	//retry:none
	Close() error
}
