// Package client has an interface and its wrapper.
package client

import "context"

type Client interface {
	Get(ctx context.Context, key string) (string, error)
	Put(ctx context.Context, key, value string) error
	Close() error
}
