// Package wireapp gives wrappers to a program by dependency injection with wire.
package wireapp

import (
	"context"
	"log/slog"

	retry "github.com/retrygen/retrygen/runtime"
)

// A Client calls the service.
type Client struct{}

// NewClient returns a Client.
func NewClient() *Client { return &Client{} }

// Price asks the service.
func (*Client) Price(context.Context, string) (int, error) { return 7, nil }

// A Shop needs prices, and does not know of retries.
type Shop struct{ prices Prices }

// NewShop returns a Shop.
func NewShop(prices Prices) *Shop { return &Shop{prices} }

// NewOptions says what all wrappers of the program have in common.
func NewOptions(log *slog.Logger) *retry.Options {
	return &retry.Options{Logger: log}
}

// NewPrices wraps the client. It takes the concrete type, because Prices itself is what
// it provides.
func NewPrices(client *Client, opts *retry.Options) Prices {
	return NewResilientPrices(client, opts)
}
