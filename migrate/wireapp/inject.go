//go:build wireinject

package wireapp

import (
	"log/slog"

	"github.com/google/wire"
)

func newProgram(log *slog.Logger) *Shop {
	wire.Build(NewClient, NewOptions, NewPrices, NewShop)
	return nil
}
