package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errFlaky = errors.New("flaky")

type diamond struct{ calls int }

func (d *diamond) fail() error {
	if d.calls++; d.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

func (d *diamond) Close() error          { return d.fail() }
func (d *diamond) Name() (string, error) { return "name", d.fail() }
func (d *diamond) Left() (int, error)    { return 1, d.fail() }
func (d *diamond) Right() (int, error)   { return 2, d.fail() }
func (d *diamond) Inline() error         { return d.fail() }
func (d *diamond) String() string        { return "diamond" }
func (d *diamond) hidden() (int, error)  { return 3, d.fail() }
func (d *diamond) Shown() error          { return d.fail() }

func TestDiamond(t *testing.T) {
	next := new(diamond)
	client := NewResilientDiamond(next, nil)
	require.NoError(t, client.Close())
	name, err := client.Name()
	require.NoError(t, err)
	assert.Equal(t, "name", name)
	left, err := client.Left()
	require.NoError(t, err)
	right, err := client.Right()
	require.NoError(t, err)
	assert.Equal(t, 3, left+right)
	require.NoError(t, client.Inline())
	assert.Equal(t, "diamond", client.String())
	assert.Equal(t, 10, next.calls, "two attempts of each that can fail")

	small := newResilientOther(next, nil)
	n, err := small.hidden()
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	require.NoError(t, small.Shown())
}
