package fxapp

import "context"

//go:generate go tool retrygen -type=Prices

// Prices is a service that knows prices.
//
//retry:exponential attempts=3 base=10ms
type Prices interface {
	Price(ctx context.Context, item string) (int, error)
}
