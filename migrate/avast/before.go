// Package avast has the same retries with avast/retry-go and with retrygen.
package avast

import (
	"context"
	"errors"
	"time"

	"github.com/avast/retry-go/v5"
)

type avastPrices struct{ next Prices }

func (p *avastPrices) Price(ctx context.Context, item string) (int, error) {
	return retry.NewWithData[int](
		retry.Context(ctx),
		retry.Attempts(3),
		retry.Delay(100*time.Millisecond),
		retry.MaxDelay(2*time.Second),
		retry.DelayType(retry.FullJitterBackoffDelay),
		retry.RetryIf(func(err error) bool { return !errors.Is(err, ErrNoSuchItem) }),
		retry.LastErrorOnly(true),
	).Do(func() (int, error) { return p.next.Price(ctx, item) })
}
