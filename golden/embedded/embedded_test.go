package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/embedded"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// disk is a Store that fails a number of times.
type disk struct {
	failures int
	times    []time.Time
	contexts []string // what the attempts read from their contexts
	args     []string
}

type callerKey struct{}

func (d *disk) attempt(ctx context.Context, args ...string) error {
	d.times = append(d.times, time.Now())
	d.contexts = append(d.contexts, fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx)))
	d.args = args
	if d.failures > 0 {
		d.failures--
		return errDown
	}
	return nil
}

func (d *disk) Ping(ctx context.Context) error { return d.attempt(ctx) }
func (d *disk) Close() error                   { return d.attempt(context.Background()) }
func (d *disk) String() string                 { return "disk" }

func (d *disk) Put(ctx context.Context, key, value string) error {
	return d.attempt(ctx, key, value)
}

func (d *disk) Get(ctx context.Context, key string) (string, error) {
	return "value of " + key, d.attempt(ctx, key)
}

func (d *disk) waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(d.times); i++ {
		waits = append(waits, d.times[i].Sub(d.times[i-1]))
	}
	return waits
}

func TestStore(t *testing.T) {
	get := func(s embedded.Store, ctx context.Context) error { _, err := s.Get(ctx, "k"); return err }
	tests := []struct {
		name   string
		call   func(embedded.Store, context.Context) error
		waits  []time.Duration
		args   []string
		reason string
	}{
		{"Ping", embedded.Store.Ping, []time.Duration{20 * ms}, nil, "the type's directive acts on embedded methods"},
		{"Close", func(s embedded.Store, _ context.Context) error { return s.Close() }, []time.Duration{20 * ms}, nil, "from another package, and twice"},
		{"Put", func(s embedded.Store, ctx context.Context) error { return s.Put(ctx, "k", "v") }, []time.Duration{20 * ms}, []string{"k", "v"}, "its own method"},
		{"Get", get, []time.Duration{ms, ms, ms}, []string{"k"}, "its directive travels with it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &disk{failures: 9}
				ctx := context.WithValue(t.Context(), callerKey{}, "me ")
				err := tt.call(embedded.NewResilientStore(next, nil), ctx)
				assert.ErrorIs(t, err, retry.ErrExhausted)
				assert.ErrorIs(t, err, errDown)
				assert.Equal(t, tt.waits, next.waits(), tt.reason)
				assert.Equal(t, tt.args, next.args)
				for i, got := range next.contexts {
					if tt.name != "Close" { // Close has no context
						assert.Equal(t, fmt.Sprint("me ", i+1), got)
					}
				}
			})
		})
	}
}

func TestResultsPassThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &disk{failures: 1}
		store := embedded.NewResilientStore(next, nil)
		assert.Equal(t, "disk", store.String())
		value, err := store.Get(t.Context(), "k")
		assert.NoError(t, err)
		assert.Equal(t, "value of k", value)
		assert.Same(t, next, store.Unwrap())
	})
}

// Getter's breaker opens at 2 failures. It belongs to Getter and does not apply elsewhere.
func TestDirectivesOfAnEmbeddedTypeDoNotTravel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &disk{failures: 12}
		store := embedded.NewResilientStore(next, nil)
		for range 3 {
			_, err := store.Get(t.Context(), "k")
			require.ErrorIs(t, err, retry.ErrExhausted)
		}
		assert.Len(t, next.times, 12)
	})
	synctest.Test(t, func(t *testing.T) {
		next := &disk{failures: 12}
		getter := embedded.NewResilientGetter(next, nil)
		_, err := getter.Get(context.WithValue(t.Context(), callerKey{}, "me "), "k")
		refused, ok := errors.AsType[*breaker.OpenError](err)
		require.True(t, ok)
		assert.Equal(t, time.Minute, refused.RetryAfter())
		assert.Equal(t, []string{"me 1", "me 2"}, next.contexts)
		assert.Equal(t, []time.Duration{ms}, next.waits())
		assert.Same(t, next, getter.Unwrap())
	})
}
