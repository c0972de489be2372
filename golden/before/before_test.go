package before

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("down")

// service is a Client and a Pair that fails a number of times.
type service struct {
	failures int
	times    []time.Time
	contexts []string // what Get read from its context
	wrapped  *ResilientClient
}

type callerKey struct{}

func (s *service) attempt() error {
	s.times = append(s.times, time.Now())
	if s.failures > 0 {
		s.failures--
		return errDown
	}
	return nil
}

func (s *service) Get(ctx context.Context) (string, error) {
	s.contexts = append(s.contexts, fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx)))
	return "got", s.attempt()
}

func (s *service) Wrapped() *ResilientClient        { return s.wrapped }
func (s *service) Swap(text string) (string, error) { return text + "!", s.attempt() }

// A test that uses the wrapper must also load before the wrapper exists.
func TestHolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &service{failures: 2, wrapped: global}
		holder := New(next)
		got, err := holder.client.Get(context.WithValue(t.Context(), callerKey{}, "me "))
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.ErrorIs(t, err, errDown)
		assert.Equal(t, "got", got)
		assert.Equal(t, []string{"me 1", "me 2"}, next.contexts)
		assert.Equal(t, time.Millisecond, time.Since(next.times[0]))
		assert.Same(t, global, holder.client.Wrapped(), "passes straight through")
		assert.Same(t, next, holder.client.Unwrap())
	})
}

func TestPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &service{failures: 2}
		swapped, err := NewResilientPair(next, nil).Swap("a")
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.Equal(t, "a!", swapped)
		assert.Len(t, next.times, 2)
		assert.Equal(t, time.Millisecond, time.Since(next.times[0]))
	})
}

// The package's variables wrap nil. That works because a constructor calls no method.
func TestGlobals(t *testing.T) {
	assert.Nil(t, global.Unwrap())
	assert.Nil(t, pair.Unwrap())
}
