package redisclient

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// Commands has some of the methods of *redis.Client whose errors are in their results.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:error-in .Err .SetErr
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Commands interface {
	Get(ctx context.Context, key string) *redis.StringCmd
	Set(ctx context.Context, key string, value any, expiration time.Duration) *redis.StatusCmd
	HGetAll(ctx context.Context, key string) *redis.MapStringStringCmd
}

var _ Commands = (*redis.Client)(nil)
