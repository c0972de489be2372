// Package cenkalti has the same retries with cenkalti/backoff and with retrygen.
package cenkalti

import (
	"context"
	"errors"

	"github.com/cenkalti/backoff/v5"
)

type backoffPrices struct{ next Prices }

func (p *backoffPrices) Price(ctx context.Context, item string) (int, error) {
	return backoff.Retry(ctx, func() (int, error) {
		price, err := p.next.Price(ctx, item)
		if errors.Is(err, ErrNoSuchItem) {
			return 0, backoff.Permanent(err)
		}
		return price, err
	}, backoff.WithMaxTries(4))
}
