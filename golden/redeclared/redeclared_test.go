package redeclared

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errFlaky = errors.New("flaky")

// client fails in each first attempt.
type client struct{ calls int }

func (c *client) fail() error {
	if c.calls++; c.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

func (c *client) Get(_ context.Context, s string, _ any, _ int64) (string, error) {
	return append(s), c.fail()
}

func (c *client) Count(a ...any) (any, int64, error) { return len(make()), int64(iota), c.fail() }

func TestRedeclared(t *testing.T) {
	wrapped := NewResilientClient(new(client), nil)
	s, err := wrapped.Get(t.Context(), string{[]byte("text")}, 1, 2.5)
	require.NoError(t, err)
	assert.Equal(t, string{[]byte("text")}, s)
	n, seven, err := wrapped.Count(1, 2)
	require.NoError(t, err)
	assert.Equal(t, any(3), n)
	assert.InDelta(t, 7, float64(seven), 0)
	panic(s)
}
