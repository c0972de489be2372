package classes

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// store fails each call with err, and counts the calls.
type store struct {
	err   error
	calls int
}

func (s *store) Get(context.Context, string) (string, error) { s.calls++; return "", s.err }
func (s *store) Plain(context.Context) error                 { s.calls++; return s.err }
func (s *store) Ask(context.Context) error                   { s.calls++; return s.err }
func (s *store) AskOnce(context.Context) error               { s.calls++; return s.err }
func (s *store) Put(context.Context, string, string) error   { s.calls++; return s.err }

// An answer is not retried, and leaves the breaker closed however often it comes.
func TestAnswers(t *testing.T) {
	next := &store{err: ErrGone}
	client := NewResilientStore(next, nil)
	for range 10 {
		_, err := client.Get(t.Context(), "key")
		assert.Equal(t, ErrGone, err)
	}
	assert.Equal(t, 10, next.calls)
	assert.Equal(t, breaker.Closed, client.Group().Breaker().State())
}

// A throttled call waits as long as the dependency asks, and does not open the breaker.
func TestThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &store{err: ErrBusy}
		client := NewResilientStore(next, nil)
		began := time.Now()
		_, err := client.Get(t.Context(), "key")
		assert.ErrorIs(t, err, ErrBusy)
		assert.Equal(t, 3, next.calls)
		assert.Equal(t, 2*time.Second, time.Since(began))
		assert.Equal(t, breaker.Closed, client.Group().Breaker().State())
	})
}

// Without the funcs the errors mean nothing: they are retried, and open the breaker.
func TestSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &store{err: ErrGone}
		client := NewResilientStore(next, nil)
		assert.Error(t, client.Plain(t.Context()))
		assert.Equal(t, 2, next.calls, "the breaker opens at the second failure")
		assert.Equal(t, breaker.Open, client.Group().Breaker().State())
	})
}

// A func in on or not gets the error that the method has returned, although the class of
// that error is known from elsewhere.
func TestFuncsGetTheErrorItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// A fault that is retried opens the breaker at the second failure.
		for err, calls := range map[error]int{&refusal{again: true}: 2, &refusal{}: 1, ErrBusy: 3} {
			next := &store{err: err}
			assert.Error(t, NewResilientStore(next, nil).Ask(t.Context()))
			assert.Equal(t, calls, next.calls, "%v", err)
		}
		next := &store{err: &refusal{again: true}}
		assert.Equal(t, next.err, NewResilientStore(next, nil).AskOnce(t.Context()), "as it is")
		assert.Equal(t, 1, next.calls)
	})
}

// The words throttled and conflict ask for the class.
func TestWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for err, calls := range map[error]int{ErrBusy: 3, ErrGone: 1, errors.New("other"): 1} {
			next := &store{err: err}
			assert.Error(t, NewResilientStore(next, nil).Put(t.Context(), "key", "value"))
			assert.Equal(t, calls, next.calls, "%v", err)
		}
	})
}
