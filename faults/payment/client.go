// Package payment tests a wrapped client over HTTP: the server takes every acknowledged
// payment exactly once.
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
	// Charge takes a payment. The server drops a repeated key, so the request can always be
	// sent again.
	//
	//retry:idempotency-key
	//retry:not ErrDeclined
	Charge(ctx context.Context, order string) (*Receipt, error)

	// ChargeWithoutKey takes a payment. The server cannot recognize a repetition, so the
	// request can only be sent again if it was not sent.
	//
	//retry:on unsent
	ChargeWithoutKey(ctx context.Context, order string) (*Receipt, error)

	// Close closes the connections.
	//
	//retry:none
	Close() error
}

// A Receipt says that a payment was taken.
type Receipt struct {
	Order string `json:"order"`
}

// ErrDeclined is the error of a payment that the bank declined.
var ErrDeclined = errors.New("card declined")
