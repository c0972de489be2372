// Package stripe wraps a client of Stripe.
package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v84"
)

//go:generate go tool retrygen -type=Customers

// Customers is a part of the V1Customers of *stripe.Client.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Customers interface {
	Create(ctx context.Context, params *stripe.CustomerCreateParams) (*stripe.Customer, error)
	Retrieve(ctx context.Context, id string, params *stripe.CustomerRetrieveParams) (*stripe.Customer, error)
}
