package wireapp

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The shop gets the wrapper, and the wrapper gets the client.
func TestNewProgram(t *testing.T) {
	shop := newProgram(slog.Default())
	wrapper, ok := shop.prices.(*ResilientPrices)
	require.True(t, ok)
	assert.IsType(t, &Client{}, wrapper.Unwrap())
	price, err := shop.prices.Price(t.Context(), "tea")
	require.NoError(t, err)
	assert.Equal(t, 7, price)
}
