package unexported

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

// backend is a store and a client that fails a number of times.
type backend struct {
	failures int
	calls    []int    // the ids of the calls; zero for a call without one
	contexts []string // what the attempts read from their contexts
}

type callerKey struct{}

func (b *backend) attempt(ctx context.Context, id int) error {
	b.calls = append(b.calls, id)
	b.contexts = append(b.contexts, fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx)))
	if b.failures > 0 {
		b.failures--
		return errDown
	}
	return nil
}

func (b *backend) load(ctx context.Context, id int) (string, error) {
	return "loaded", b.attempt(ctx, id)
}

func (b *backend) URLFor(id int) (string, error) {
	return "url", b.attempt(context.Background(), id)
}

func (b *backend) Unwrap() error { return b.attempt(context.Background(), 0) }

func (b *backend) HTTPGet(ctx context.Context) (string, error) {
	return "got", b.attempt(ctx, 0)
}

func TestCalls(t *testing.T) {
	tests := []struct {
		name     string
		call     func(context.Context, *backend) (string, error)
		id       int
		context  bool // the method has one
		attempts int
		result   string
		reason   string
	}{
		{"load", func(ctx context.Context, b *backend) (string, error) { return newResilientStore(b, nil).load(ctx, 7) }, 7, true, 2, "loaded", "a method that is not exported, beside a field for it"},
		{"URLFor", func(_ context.Context, b *backend) (string, error) { return newResilientStore(b, nil).URLFor(8) }, 8, false, 2, "url", "an exported one of the same interface"},
		{"HTTPGet", func(ctx context.Context, b *backend) (string, error) { return NewPatient(b, nil).HTTPGet(ctx) }, 0, true, 9, "got", "a wrapper with a name of the user's choice"},
		{"Unwrap", func(_ context.Context, b *backend) (string, error) { return "", NewPatient(b, nil).Unwrap() }, 0, false, 9, "", "the interface's own Unwrap is a method like others"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				next := &backend{failures: tt.attempts - 1}
				ctx := context.WithValue(t.Context(), callerKey{}, "me ")
				result, err := tt.call(ctx, next)
				assert.NoError(t, err, tt.reason)
				assert.Equal(t, tt.result, result)
				assert.Len(t, next.calls, tt.attempts)
				for i, id := range next.calls {
					assert.Equal(t, tt.id, id)
					if tt.context {
						assert.Equal(t, fmt.Sprint("me ", i+1), next.contexts[i])
					}
				}
				assert.Equal(t, time.Duration(tt.attempts-1)*5*time.Millisecond, time.Since(start))

				next = &backend{failures: tt.attempts}
				_, err = tt.call(t.Context(), next)
				assert.ErrorIs(t, err, retry.ErrExhausted)
				assert.ErrorIs(t, err, errDown)
				assert.Len(t, next.calls, tt.attempts)
			})
		})
	}
}

func TestUnwrap(t *testing.T) {
	next := new(backend)
	assert.Same(t, next, newResilientStore(next, nil).Unwrap())
	_, has := any(NewPatient(next, nil)).(interface{ Unwrap() client })
	assert.False(t, has, "the interface has an Unwrap, and that is what the wrapper has")
}
