package before

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

var errDown = errors.New("down")

// service is a Client and a Pair that fails so many times.
type service struct {
	failures int
	times    []time.Time
	wrapped  *ResilientClient
}

func (s *service) attempt() error {
	s.times = append(s.times, time.Now())
	if s.failures > 0 {
		s.failures--
		return errDown
	}
	return nil
}

func (s *service) Get(context.Context) (string, error) { return "got", s.attempt() }
func (s *service) Wrapped() *ResilientClient           { return s.wrapped }
func (s *service) Swap(text string) (string, error)    { return text + "!", s.attempt() }

// A test that uses the wrapper has to load before there is one, too.
func TestHolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &service{failures: 1, wrapped: global}
		holder := New(next)
		got, err := holder.client.Get(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, "got", got)
		assert.Len(t, next.times, 2)
		assert.Equal(t, time.Millisecond, time.Since(next.times[0]))
		assert.Same(t, global, holder.client.Wrapped(), "passes straight through")
		assert.Same(t, next, holder.client.Unwrap())
	})
}

func TestPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &service{failures: 1}
		swapped, err := NewResilientPair(next, nil).Swap("a")
		assert.NoError(t, err)
		assert.Equal(t, "a!", swapped)
		assert.Len(t, next.times, 2)
		assert.Equal(t, time.Millisecond, time.Since(next.times[0]))
	})
}

// The package's variables were made without a next: a constructor calls nothing.
func TestGlobals(t *testing.T) {
	assert.Nil(t, global.Unwrap())
	assert.Nil(t, pair.Unwrap())
}
