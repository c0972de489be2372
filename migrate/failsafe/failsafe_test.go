package failsafe

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/migrate/fake"
)

func before(p *fake.Prices) fake.Pricer { return newFailsafePrices(p) }
func after(p *fake.Prices) fake.Pricer  { return NewResilientPrices(p, nil) }

// Both make the same calls at the same times.
func TestSame(t *testing.T) {
	tests := []struct {
		name string
		fake fake.Prices
		want []time.Duration
	}{
		{"success", fake.Prices{}, nil},
		{"one failure", fake.Prices{Failures: 1}, []time.Duration{100 * time.Millisecond}},
		{"all attempts fail", fake.Prices{Failures: 9}, []time.Duration{100 * time.Millisecond, 200 * time.Millisecond}},
		{"an answer", fake.Prices{Failures: 9, Err: ErrNoSuchItem}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			was, is := tt.fake.Same(t, before, after, 1)
			assert.Equal(t, tt.want, was.Waits())
			assert.Equal(t, tt.want, is.Waits())
		})
	}
}

// The fifth failure in a row opens both breakers, and both count attempts.
func TestSameOpening(t *testing.T) {
	was, is := &fake.Prices{Failures: 9}, &fake.Prices{Failures: 9}
	_, oldErr := was.Run(t, before, 3)
	_, newErr := is.Run(t, after, 3)
	assert.Len(t, was.Calls, 5)
	assert.Len(t, is.Calls, 5)
	assert.ErrorIs(t, oldErr, circuitbreaker.ErrOpen)
	assert.ErrorIs(t, newErr, breaker.ErrOpen)
}

// With the defaults there are three attempts and no delay, and an open breaker's refusal
// is retried.
func TestDefaults(t *testing.T) {
	calls := 0
	_, err := failsafe.With(retrypolicy.NewWithDefaults[int]()).Get(func() (int, error) { calls++; return 0, fake.ErrDown })
	assert.Equal(t, 3, calls)
	assert.ErrorIs(t, err, retrypolicy.ErrExceeded)

	calls = 0
	refused := func() (int, error) { calls++; return 0, circuitbreaker.ErrOpen }
	_, _ = failsafe.With(retrypolicy.NewWithDefaults[int]()).Get(refused)
	assert.Equal(t, 3, calls)
}

// failsafe-go returns the context's error alone when the caller cancels a wait. The
// wrapper's error has the last one of the method as well.
func TestCancelledWait(t *testing.T) {
	for name, wrap := range map[string]func(*fake.Prices) fake.Pricer{"before": before, "after": after} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, cancel)
			_, err := wrap(&fake.Prices{Failures: 9}).Price(ctx, "tea")
			assert.ErrorIs(t, err, context.Canceled, name)
			assert.Equal(t, name == "after", errors.Is(err, fake.ErrDown), name)
			synctest.Wait()
		})
	}
}

// A deadline that comes before the next attempt: failsafe-go waits for it, and the wrapper
// returns at once.
func TestDeadlineInAWait(t *testing.T) {
	for name, wrap := range map[string]func(*fake.Prices) fake.Pricer{"before": before, "after": after} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			start := time.Now()
			_, err := wrap(&fake.Prices{Failures: 9}).Price(ctx, "tea")
			assert.ErrorIs(t, err, context.DeadlineExceeded, name)
			want := map[string]time.Duration{"before": 50 * time.Millisecond, "after": 0}
			assert.Equal(t, want[name], time.Since(start), name)
		})
	}
}

// The breaker of failsafe-go counts a caller that cancels as a failure.
func TestCancelOpens(t *testing.T) {
	hung := func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }
	b := circuitbreaker.NewBuilder[int]().WithFailureThreshold(1).Build()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, _ = failsafe.With(b).WithContext(ctx).GetWithExecution(func(e failsafe.Execution[int]) (int, error) { return hung(e.Context()) })
		assert.Equal(t, circuitbreaker.OpenState, b.State())
	})
}
