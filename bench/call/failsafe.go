package call

import (
	"context"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/failsafe-go/failsafe-go/timeout"
)

func failsafeRetry(base, max time.Duration) func(Service) Service {
	return func(next Service) Service { return failsafeWith(next, failsafeRetries(base, max)) }
}

func failsafeRetryBreaker(base, max time.Duration) func(Service) Service {
	return func(next Service) Service { return failsafeWith(next, failsafeRetries(base, max), failsafeBreaker()) }
}

func failsafeRetryBreakerTimeout(base, max time.Duration) func(Service) Service {
	return func(next Service) Service {
		return failsafeWith(next, failsafeRetries(base, max), failsafeBreaker(), timeout.New[*Item](Timeout))
	}
}

// failsafeWith makes the first policy the outermost.
func failsafeWith(next Service, policies ...failsafe.Policy[*Item]) Service {
	executor := failsafe.With(policies...)
	return get(func(ctx context.Context, key string) (*Item, error) {
		return executor.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[*Item]) (*Item, error) {
			return next.Get(e.Context(), key)
		})
	})
}

// failsafeRetries does not retry when an open breaker refuses.
func failsafeRetries(base, max time.Duration) failsafe.Policy[*Item] {
	b := retrypolicy.NewBuilder[*Item]().WithMaxAttempts(Attempts).AbortOnErrors(circuitbreaker.ErrOpen)
	switch {
	case base < max:
		b = b.WithBackoff(base, max)
	case base > 0:
		b = b.WithDelay(base)
	}
	return b.Build()
}

func failsafeBreaker() failsafe.Policy[*Item] {
	return circuitbreaker.NewBuilder[*Item]().WithFailureThreshold(Failures).WithDelay(Cooldown).Build()
}
