package gobreaker

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

type guardedPrices struct {
	next    Prices
	breaker *breaker.Breaker
}

func newGuardedPrices(next Prices) *guardedPrices {
	return &guardedPrices{next, breaker.New(breaker.Config{Name: "Prices", Failures: 6, Cooldown: 30 * time.Second})}
}

func (p *guardedPrices) Price(ctx context.Context, item string) (price int, err error) {
	err = p.breaker.Do(func() error {
		price, err = p.next.Price(ctx, item)
		return err
	})
	return price, err
}
