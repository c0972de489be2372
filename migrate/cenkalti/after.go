package cenkalti

import (
	"context"
	"errors"
)

// ErrNoSuchItem is an answer: a retry would not change it.
var ErrNoSuchItem = errors.New("no such item")

//go:generate go tool retrygen -type=Prices

// Prices is a service that knows prices.
//
//retry:randomized-exponential attempts=4 base=500ms factor=1.5 max=1m
//retry:timeout total=15m
type Prices interface {
	//retry:not ErrNoSuchItem
	Price(ctx context.Context, item string) (int, error)
}
