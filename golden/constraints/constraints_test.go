package constraints

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errFlaky = errors.New("flaky")

// flaky fails in each first attempt.
type flaky struct{ calls int }

func (f *flaky) fail() error {
	if f.calls++; f.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

// item is a node, can be ordered, and has a text.
type item struct {
	*flaky
	n int
}

func (i item) Next() (item, error)  { return item{i.flaky, i.n + 1}, i.fail() }
func (i item) Less(other item) bool { return i.n < other.n }
func (i item) String() string       { return "item" }

func TestNode(t *testing.T) {
	next, err := NewResilientNode[item](item{new(flaky), 1}, nil).Next()
	require.NoError(t, err)
	assert.Equal(t, 2, next.n)
}

type heap struct {
	flaky
	top item
}

func (h *heap) Push(_ context.Context, i item) error { h.top = i; return h.fail() }
func (h *heap) Pop(context.Context) (item, error)    { return h.top, h.fail() }

func TestHeap(t *testing.T) {
	client := NewResilientHeap[item](new(heap), nil)
	require.NoError(t, client.Push(t.Context(), item{n: 3}))
	top, err := client.Pop(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, top.n)
}

type table struct{ flaky }

func (b *table) Row(key item) ([]float64, error) { return []float64{float64(key.n)}, b.fail() }

func (b *table) Fill(f func(item) float64, at string) (*float64, error) {
	v := f(item{n: len(at)})
	return &v, b.fail()
}

func TestTable(t *testing.T) {
	client := NewResilientTable[item, float64, []float64, string, func(item) float64, *float64](new(table), nil)
	row, err := client.Row(item{n: 4})
	require.NoError(t, err)
	assert.Equal(t, []float64{4}, row)
	v, err := client.Fill(func(i item) float64 { return float64(i.n) }, "five.")
	require.NoError(t, err)
	assert.InDelta(t, 5, *v, 0)
}
