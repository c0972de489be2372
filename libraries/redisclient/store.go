// Package redisclient wraps the client of go-redis.
package redisclient

import (
	"context"

	"github.com/redis/go-redis/v9"
)

//go:generate go tool retrygen

// Store has the methods of *redis.Client that return an error.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Store interface {
	Pipelined(ctx context.Context, fn func(redis.Pipeliner) error) ([]redis.Cmder, error)
	TxPipelined(ctx context.Context, fn func(redis.Pipeliner) error) ([]redis.Cmder, error)
	Watch(ctx context.Context, fn func(*redis.Tx) error, keys ...string) error
}

var _ Store = (*redis.Client)(nil)
