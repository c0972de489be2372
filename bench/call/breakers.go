package call

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/afex/hystrix-go/hystrix"
	"github.com/cenkalti/backoff/v5"
	"github.com/eapache/go-resiliency/breaker"
	"github.com/sony/gobreaker/v2"
)

func eapacheBreaker(next Service) Service {
	b := breaker.New(Failures, 1, Cooldown)
	return get(func(ctx context.Context, key string) (got *Item, err error) {
		err = b.Run(func() (err error) {
			got, err = next.Get(ctx, key)
			return err
		})
		return got, err
	})
}

func newGoBreaker() *gobreaker.CircuitBreaker[*Item] {
	return gobreaker.NewCircuitBreaker[*Item](gobreaker.Settings{
		Timeout:     Cooldown,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= Failures },
	})
}

func goBreaker(next Service) Service {
	b := newGoBreaker()
	return get(func(ctx context.Context, key string) (*Item, error) {
		return b.Execute(func() (*Item, error) { return next.Get(ctx, key) })
	})
}

// goBreakerCenkalti checks the breaker before each attempt and stops when it refuses.
func goBreakerCenkalti(base, max time.Duration) func(Service) Service {
	return func(next Service) Service {
		b := newGoBreaker()
		return get(func(ctx context.Context, key string) (*Item, error) {
			attempt := func() (*Item, error) { return next.Get(ctx, key) }
			return backoff.Retry(ctx, func() (*Item, error) {
				got, err := b.Execute(attempt)
				if errors.Is(err, gobreaker.ErrOpenState) {
					err = backoff.Permanent(err)
				}
				return got, err
			}, backoff.WithBackOff(cenkaltiDelays(base, max)), cenkaltiTries)
		})
	}
}

// commands counts the circuits. hystrix keeps them by name until the program ends.
var commands atomic.Int64

// hystrixCommand opens at a failure rate; hystrix offers nothing else.
func hystrixCommand(next Service) Service {
	name := fmt.Sprintf("command %d", commands.Add(1))
	hystrix.ConfigureCommand(name, hystrix.CommandConfig{
		Timeout:               int(Timeout / time.Millisecond),
		MaxConcurrentRequests: 20_000, // a place becomes free some time after the call ends
		SleepWindow:           int(Cooldown / time.Millisecond),
	})
	return get(func(ctx context.Context, key string) (got *Item, err error) {
		err = hystrix.DoC(ctx, name, func(ctx context.Context) (err error) {
			got, err = next.Get(ctx, key)
			return err
		}, nil)
		return got, err
	})
}
