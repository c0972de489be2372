package call

import (
	"context"
	"time"

	avastretry "github.com/avast/retry-go/v5"
	"github.com/cenkalti/backoff/v5"
	"github.com/eapache/go-resiliency/retrier"
	sethvargoretry "github.com/sethvargo/go-retry"
)

// A get is a Service that is a func.
type get func(ctx context.Context, key string) (*Item, error)

func (g get) Get(ctx context.Context, key string) (*Item, error) { return g(ctx, key) }

// cenkalti keeps the state of a call in the strategy, so each call makes one.
func cenkalti(base, max time.Duration) func(Service) Service {
	return func(next Service) Service {
		return get(func(ctx context.Context, key string) (*Item, error) {
			return backoff.Retry(ctx, func() (*Item, error) { return next.Get(ctx, key) },
				backoff.WithBackOff(cenkaltiDelays(base, max)), cenkaltiTries)
		})
	}
}

var cenkaltiTries = backoff.WithMaxTries(Attempts)

func cenkaltiDelays(base, max time.Duration) backoff.BackOff {
	if base == 0 {
		return &backoff.ZeroBackOff{}
	}
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval, delays.Multiplier = base, max, 2
	return delays
}

// avast takes the context as an option, so each call makes a retrier.
func avast(base, max time.Duration) func(Service) Service {
	return func(next Service) Service {
		opts := avastOptions(base, max)
		return get(func(ctx context.Context, key string) (*Item, error) {
			return avastretry.NewWithData[*Item](append(opts, avastretry.Context(ctx))...).
				Do(func() (*Item, error) { return next.Get(ctx, key) })
		})
	}
}

// avastShared has one retrier, which goes on waiting after the caller has left.
func avastShared(base, max time.Duration) func(Service) Service {
	return func(next Service) Service {
		shared := avastretry.NewWithData[*Item](avastOptions(base, max)...)
		return get(func(ctx context.Context, key string) (*Item, error) {
			return shared.Do(func() (*Item, error) { return next.Get(ctx, key) })
		})
	}
}

func avastOptions(base, max time.Duration) []avastretry.Option {
	opts := []avastretry.Option{
		avastretry.Attempts(Attempts), avastretry.Delay(base), avastretry.MaxDelay(max),
		avastretry.DelayType(avastretry.BackOffDelay), avastretry.LastErrorOnly(true),
	}
	if base == 0 {
		opts[3] = avastretry.DelayType(avastretry.FixedDelay)
	}
	return opts[:len(opts):len(opts)] // a call appends to its own copy
}

// sethvargo retries the errors that are marked for it.
func sethvargo(base, max time.Duration) func(Service) Service {
	return func(next Service) Service {
		return get(func(ctx context.Context, key string) (*Item, error) {
			return sethvargoretry.DoValue(ctx, sethvargoDelays(base, max), func(ctx context.Context) (*Item, error) {
				got, err := next.Get(ctx, key)
				return got, sethvargoretry.RetryableError(err)
			})
		})
	}
}

func sethvargoDelays(base, max time.Duration) sethvargoretry.Backoff {
	if base == 0 {
		return sethvargoretry.WithMaxRetries(Attempts-1, sethvargoretry.BackoffFunc(
			func() (time.Duration, bool) { return 0, false }))
	}
	return sethvargoretry.WithMaxRetries(Attempts-1,
		sethvargoretry.WithCappedDuration(max, sethvargoretry.NewExponential(base)))
}

func eapacheRetrier(base, max time.Duration) func(Service) Service {
	delays := retrier.LimitedExponentialBackoff(Attempts-1, base, max)
	return func(next Service) Service {
		shared := retrier.New(delays, nil)
		return get(func(ctx context.Context, key string) (got *Item, err error) {
			err = shared.RunCtx(ctx, func(ctx context.Context) (err error) {
				got, err = next.Get(ctx, key)
				return err
			})
			return got, err
		})
	}
}
