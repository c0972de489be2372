// Payment runs the same calls against a server that fails, first plainly and then
// through the wrapper that retrygen has made of PaymentClient, and prints what
// became of them.
//
// The server is a real one, on a port of the loopback interface; it refuses,
// answers 503, hangs and resets connections by a plan. Run it with
//
//	go run ./examples/payment
package main

import (
	"context"
	"errors"
)

//go:generate go tool retrygen -type=PaymentClient

// PaymentClient moves money.
//
//retry:exponential-jitter attempts=5 base=25ms max=400ms jitter=equal
//retry:timeout attempt=150ms total=2s
//retry:breaker failures=10 cooldown=100ms
type PaymentClient interface {
	// Charge takes the payment; the server drops a repeated key.
	//
	//retry:idempotency-key
	//retry:not ErrDeclined
	Charge(ctx context.Context, req *ChargeRequest) (*Receipt, error)

	// Balance is not there yet for an account that has just been opened.
	//
	//retry:linear attempts=4 base=20ms
	//retry:on ErrNotReady transient
	Balance(ctx context.Context, account string) (Money, error)

	// Close lets go of the connections.
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

// A Receipt says that a payment was taken.
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

	// ErrNotReady passes.
	ErrNotReady = errors.New("account not ready")
)
