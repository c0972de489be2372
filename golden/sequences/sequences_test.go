package sequences

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// feed fails each call with io.EOF, and counts the calls.
type feed struct{ calls int }

func (f *feed) Recv(context.Context) (*Message, error)          { f.calls++; return nil, io.EOF }
func (f *feed) ScanInto(context.Context, ...any) error          { f.calls++; return io.EOF }
func (f *feed) Read([]byte) (int, error)                        { f.calls++; return 0, io.EOF }
func (f *feed) Fetch(context.Context, string) (*Message, error) { f.calls++; return nil, io.EOF }
func (f *feed) Ack(context.Context, *Message) error             { f.calls++; return io.EOF }

// The end of a sequence is an answer: it comes back as it is, at once and as often as it
// is asked for, and leaves the breaker closed.
func TestTheEndIsAnAnswer(t *testing.T) {
	next := new(feed)
	client := NewResilientFeed(next, nil)
	for range 10 {
		_, err := client.Recv(t.Context())
		assert.Equal(t, io.EOF, err)
		assert.Equal(t, io.EOF, client.ScanInto(t.Context(), new(int)))
	}
	assert.Equal(t, 20, next.calls)
	assert.Equal(t, breaker.Closed, client.Group().Breaker().State())
}

// From other methods it is a connection that was cut off, so it is retried and counts as a
// failure.
func TestACutIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(feed)
		client := NewResilientFeed(next, nil)
		_, err := client.Fetch(t.Context(), "name")
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.ErrorIs(t, err, io.EOF)
		assert.Equal(t, 3, next.calls)
		err = client.Ack(t.Context(), nil)
		assert.True(t, errors.Is(err, breaker.ErrOpen), "the fifth failure opens it")
		assert.Equal(t, 5, next.calls)
	})
}

type cursor struct{ calls int }

func (c *cursor) Next(context.Context) (*Message, error)        { c.calls++; return nil, io.EOF }
func (c *cursor) Peek(context.Context) (*Message, error)        { c.calls++; return nil, io.EOF }
func (c *cursor) NextBatch(context.Context) ([]*Message, error) { c.calls++; return nil, io.EOF }
func (c *cursor) Reset(context.Context) error                   { c.calls++; return io.EOF }

// The method that is apart from the others retries.
func TestApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(cursor)
		client := NewResilientCursor(next, nil)
		_, err := client.NextBatch(t.Context())
		assert.Equal(t, io.EOF, err)
		assert.Equal(t, 1, next.calls)
		assert.ErrorIs(t, client.Reset(t.Context()), retry.ErrExhausted)
		assert.Equal(t, 4, next.calls)
	})
}
