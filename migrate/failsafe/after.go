package failsafe

import (
	"context"
	"errors"
)

// ErrNoSuchItem is an answer: a retry would not change it.
var ErrNoSuchItem = errors.New("no such item")

//go:generate go tool retrygen -type=Prices

// Prices is a service that knows prices.
//
//retry:exponential attempts=3 base=100ms max=2s
//retry:breaker failures=5 cooldown=30s
type Prices interface {
	//retry:not ErrNoSuchItem
	Price(ctx context.Context, item string) (int, error)
}
