// Package gobreaker has the same circuit breaker with sony/gobreaker and with retrygen.
package gobreaker

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"
)

type goBreakerPrices struct {
	next    Prices
	breaker *gobreaker.CircuitBreaker[int]
}

func newGoBreakerPrices(next Prices) *goBreakerPrices {
	return &goBreakerPrices{next, gobreaker.NewCircuitBreaker[int](gobreaker.Settings{
		Name:         "Prices",
		Timeout:      30 * time.Second,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures > 5 },
		IsSuccessful: func(err error) bool { return err == nil || errors.Is(err, ErrNoSuchItem) },
	})}
}

func (p *goBreakerPrices) Price(ctx context.Context, item string) (int, error) {
	return p.breaker.Execute(func() (int, error) { return p.next.Price(ctx, item) })
}
