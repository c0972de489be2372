package fxapp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/fx"
)

// The shop gets the wrapper, and the wrapper gets the client.
func TestModule(t *testing.T) {
	var shop *Shop
	app := fx.New(Module, fx.NopLogger, fx.Populate(&shop))
	require.NoError(t, app.Err())
	wrapper, ok := shop.prices.(*ResilientPrices)
	require.True(t, ok)
	assert.IsType(t, &Client{}, wrapper.Unwrap())
	price, err := shop.prices.Price(t.Context(), "tea")
	require.NoError(t, err)
	assert.Equal(t, 7, price)
}
