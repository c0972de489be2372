// Package single guards one func, without an interface and without a generator.
package single

import (
	"context"

	retry "github.com/retrygen/retrygen/runtime"
)

type priceFunc func(ctx context.Context, item string) (int, error)

func guarded(next priceFunc) (priceFunc, error) {
	policy, err := retry.NewFunc("Prices.Price", "exponential attempts=3 base=100ms; breaker failures=5", nil)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, item string) (int, error) {
		return retry.DoValue(ctx, policy, func(ctx context.Context) (int, error) { return next(ctx, item) })
	}, nil
}
