// Package failsafe has the same policies with failsafe-go and with retrygen.
package failsafe

import (
	"context"
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

type failsafePrices struct {
	next     Prices
	executor failsafe.Executor[int]
}

func newFailsafePrices(next Prices) *failsafePrices {
	retries := retrypolicy.NewBuilder[int]().
		WithMaxAttempts(3).
		WithBackoff(100*time.Millisecond, 2*time.Second).
		AbortOnErrors(ErrNoSuchItem, circuitbreaker.ErrOpen).
		ReturnLastFailure().
		Build()
	breaker := circuitbreaker.NewBuilder[int]().
		HandleIf(func(_ int, err error) bool { return err != nil && !errors.Is(err, ErrNoSuchItem) }).
		WithFailureThreshold(5).
		WithSuccessThreshold(1).
		WithDelay(30 * time.Second).
		Build()
	return &failsafePrices{next, failsafe.With(retries, breaker)}
}

func (p *failsafePrices) Price(ctx context.Context, item string) (int, error) {
	return p.executor.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[int]) (int, error) {
		return p.next.Price(e.Context(), item)
	})
}
