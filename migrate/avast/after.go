package avast

import (
	"context"
	"errors"
)

// ErrNoSuchItem is an answer: a retry would not change it.
var ErrNoSuchItem = errors.New("no such item")

//go:generate go tool retrygen -type=Prices

// Prices is a service that knows prices.
//
//retry:exponential-jitter attempts=3 base=200ms max=2s
type Prices interface {
	//retry:not ErrNoSuchItem
	Price(ctx context.Context, item string) (int, error)
}
