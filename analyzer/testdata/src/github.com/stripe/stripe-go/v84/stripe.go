// Package stripe stands in for the client of Stripe.
package stripe

import "context"

type Option func()

type Customers struct{}

type Client struct{ V1Customers *Customers }

func NewClient(key string, opts ...Option) *Client           { return new(Client) }
func WithBackends(backends any) Option                       { return nil }
func (*Customers) Get(ctx context.Context, key string) error { return nil }
