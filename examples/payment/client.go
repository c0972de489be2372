// Payment makes the same calls twice to a server that fails: directly, and through the
// wrapper that retrygen generates for PaymentClient. It prints how they ended.
//
// The server listens on a port of the loopback interface. By a plan, it refuses
// connections, answers 503, hangs and resets connections. Run it with
//
//	go run ./examples/payment
//
// With -serve it goes on making calls to a server that has an outage each minute, and serves
// the page of package retrypage:
//
//	go run ./examples/payment -serve
package main

import (
	"context"
	"errors"
)

//go:generate go tool retrygen -type=PaymentClient

// PaymentClient moves money. Its server fails a third of the time, far more than the default
// budget is for, so it declares a budget.
//
//retry:exponential-jitter attempts=5 base=25ms max=400ms jitter=equal
//retry:timeout attempt=150ms total=2s
//retry:breaker failures=10 cooldown=100ms
//retry:budget burst=100
type PaymentClient interface {
	// Charge takes the payment. The server ignores a key that it has seen before.
	//
	//retry:idempotency-key
	//retry:not ErrDeclined
	Charge(ctx context.Context, req *ChargeRequest) (*Receipt, error)

	// Balance returns ErrNotReady for an account that has just been opened.
	//
	//retry:linear attempts=4 base=20ms
	//retry:allow no-jitter each caller waits for an account of its own
	//retry:on ErrNotReady transient
	Balance(ctx context.Context, account string) (Money, error)

	// Close closes the connections.
	//
	//retry:none
	Close() error
}

// A ChargeRequest asks for a payment.
type ChargeRequest struct {
	Order string `json:"order"`
	Card  string `json:"card"`
	Cents int    `json:"cents"`
}

// A Receipt confirms a payment.
type Receipt struct {
	ID string `json:"id"`
}

// Money is an amount.
type Money struct {
	Cents int `json:"cents"`
}

var (
	// ErrDeclined is the bank's answer. Asking again would not change it.
	ErrDeclined = errors.New("card declined")

	// ErrNotReady goes away after a while.
	ErrNotReady = errors.New("account not ready")
)
