// Package payment proves a wrapped client over HTTP: what the server acknowledged, it
// did, exactly once.
package payment

import (
	"context"
	"errors"
)

//go:generate go tool retrygen -type=Client

// Client moves money.
//
//retry:exponential-jitter attempts=6 base=10ms max=200ms jitter=equal
//retry:timeout attempt=200ms total=1s
//retry:breaker failures=50 cooldown=50ms
//retry:budget ratio=50% burst=1000
type Client interface {
	// Charge takes a payment. The server drops a repeated key, so whatever went wrong,
	// the request can be sent again.
	//
	//retry:idempotency-key
	//retry:not ErrDeclined
	Charge(ctx context.Context, order string) (*Receipt, error)

	// ChargeWithoutKey takes a payment of which the server cannot tell a repetition:
	// only a request that was not sent can be sent again.
	//
	//retry:on unsent
	ChargeWithoutKey(ctx context.Context, order string) (*Receipt, error)

	// Close lets go of the connections.
	//
	//retry:none
	Close() error
}

// A Receipt says that a payment was taken.
type Receipt struct {
	Order string `json:"order"`
}

// ErrDeclined is the bank's answer.
var ErrDeclined = errors.New("card declined")
