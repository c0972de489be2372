// Package fxapp gives wrappers to a program by dependency injection with fx.
package fxapp

import (
	"context"
	"log/slog"

	"go.uber.org/fx"

	retry "github.com/retrygen/retrygen/runtime"
)

// A Client calls the service.
type Client struct{}

// NewClient returns a Client.
func NewClient() *Client { return &Client{} }

// Price asks the service.
func (*Client) Price(context.Context, string) (int, error) { return 7, nil }

// NewOptions says what all wrappers of the program have in common.
func NewOptions(log *slog.Logger) *retry.Options {
	return &retry.Options{Logger: log}
}

// A Shop needs prices, and does not know of retries.
type Shop struct{ prices Prices }

// NewShop returns a Shop.
func NewShop(prices Prices) *Shop { return &Shop{prices} }

// Module has the parts of the program.
var Module = fx.Module("shop",
	fx.Provide(
		slog.Default,
		NewOptions,
		NewShop,
		fx.Annotate(NewClient, fx.As(new(Prices)), fx.ResultTags(`name:"bare"`)),
		fx.Annotate(NewResilientPrices, fx.As(new(Prices)), fx.ParamTags(`name:"bare"`)),
	),
)
