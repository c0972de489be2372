package failure_test

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/golden/failure"
	retry "github.com/retrygen/retrygen/runtime"
)

// alarm is a Failure whose first acknowledgements get lost.
type alarm struct{ lost, attempts int }

func (a *alarm) Error() string { return "alarm" }
func (a *alarm) Unwrap() error { return io.ErrClosedPipe }

func (a *alarm) Acknowledge() error {
	if a.attempts++; a.attempts <= a.lost {
		return errors.New("lost")
	}
	return nil
}

func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		next := &alarm{lost: 1}
		wrapper := failure.NewResilientFailure(next, nil)
		assert.EqualError(t, wrapper, "alarm", "passes straight through")
		assert.NoError(t, wrapper.Acknowledge())
		assert.Equal(t, 2, next.attempts)
		assert.Equal(t, 5*time.Millisecond, time.Since(start))

		next.lost = 4
		assert.ErrorIs(t, wrapper.Acknowledge(), retry.ErrExhausted)
		assert.Equal(t, 4, next.attempts)
	})
}

func TestNoUnwrap(t *testing.T) {
	next := new(alarm)
	wrapper := failure.NewResilientFailure(next, nil)
	_, has := any(wrapper).(interface{ Unwrap() failure.Failure })
	assert.False(t, has)
	assert.NotErrorIs(t, wrapper, io.ErrClosedPipe)
	assert.ErrorIs(t, next, io.ErrClosedPipe)
}
