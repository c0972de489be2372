package presets

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// failing is a Store that always returns the same error.
type failing struct {
	answer   error
	attempts int
}

func (f *failing) fail() error {
	f.attempts++
	return f.answer
}

func (f *failing) Put(context.Context, string) error            { return f.fail() }
func (f *failing) Get(context.Context, string) (string, error)  { return "", f.fail() }
func (f *failing) Find(context.Context, string) (string, error) { return "", f.fail() }
func (f *failing) Ping() error                                  { return f.fail() }
func (f *failing) Close() error                                 { return f.fail() }

func TestPresets(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name     string
		answer   error
		call     func(context.Context, Store) error
		attempts int
		waited   time.Duration
	}{
		{"from the interface", broken, func(ctx context.Context, s Store) error { return s.Put(ctx, "") }, 2, 50 * time.Millisecond},
		{"the breaker of the interface's preset opens under the method's", broken, func(ctx context.Context, s Store) error {
			_, err := s.Get(ctx, "")
			assert.ErrorIs(t, err, breaker.ErrOpen)
			return err
		}, 3, 30 * time.Millisecond},
		{"a name of the preset's file", fs.ErrClosed, func(ctx context.Context, s Store) error { _, err := s.Get(ctx, ""); return err }, 1, 0},
		{"an exception beside the preset", fs.ErrClosed, func(ctx context.Context, s Store) error { _, err := s.Find(ctx, ""); return err }, 3, 30 * time.Millisecond},
		{"without a context", broken, func(_ context.Context, s Store) error { return s.Ping() }, 2, 50 * time.Millisecond},
		{"none", broken, func(_ context.Context, s Store) error { return s.Close() }, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &failing{answer: test.answer}
				start := time.Now()
				assert.ErrorIs(t, test.call(t.Context(), NewResilientStore(next, nil)), test.answer)
				assert.Equal(t, test.attempts, next.attempts)
				assert.Equal(t, test.waited, time.Since(start))
			})
		})
	}
}
