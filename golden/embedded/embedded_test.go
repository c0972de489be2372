package embedded_test

import (
	"context"
	"errors"
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

// disk is a Store that fails so many times.
type disk struct {
	failures int
	times    []time.Time
	args     []string
}

func (d *disk) attempt(args ...string) error {
	d.times = append(d.times, time.Now())
	d.args = args
	if d.failures > 0 {
		d.failures--
		return errDown
	}
	return nil
}

func (d *disk) Ping(context.Context) error                     { return d.attempt() }
func (d *disk) Close() error                                   { return d.attempt() }
func (d *disk) Put(_ context.Context, key, value string) error { return d.attempt(key, value) }
func (d *disk) String() string                                 { return "disk" }
func (d *disk) Get(_ context.Context, key string) (string, error) {
	return "value of " + key, d.attempt(key)
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
				err := tt.call(embedded.NewResilientStore(next, nil), t.Context())
				assert.ErrorIs(t, err, retry.ErrExhausted)
				assert.ErrorIs(t, err, errDown)
				assert.Equal(t, tt.waits, next.waits(), tt.reason)
				assert.Equal(t, tt.args, next.args)
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

// Getter's breaker opens at 2 failures. It is the type's, and stays there.
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
		_, err := getter.Get(t.Context(), "k")
		require.ErrorIs(t, err, breaker.ErrOpen)
		assert.Len(t, next.times, 2)
		assert.Same(t, next, getter.Unwrap())
	})
}
