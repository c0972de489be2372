// Package redis stands in for go-redis.
package redis

import "context"

type Options struct {
	Addr       string
	MaxRetries int
}

type Client struct{}

func NewClient(opt *Options) *Client                      { return new(Client) }
func NewClusterClient(opt *Options) *Client               { return new(Client) }
func ParseURL(url string) (*Options, error)               { return new(Options), nil }
func (*Client) Get(ctx context.Context, key string) error { return nil }
