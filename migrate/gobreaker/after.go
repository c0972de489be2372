package gobreaker

import (
	"context"
	"errors"
)

// ErrNoSuchItem is an answer: the service works.
var ErrNoSuchItem = errors.New("no such item")

//go:generate go tool retrygen -type=Prices

// Prices is a service that knows prices.
//
//retry:breaker failures=6 cooldown=30s
type Prices interface {
	//retry:not ErrNoSuchItem
	Price(ctx context.Context, item string) (int, error)
}
