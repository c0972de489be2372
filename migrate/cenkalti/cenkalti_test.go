package cenkalti

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/migrate/fake"
)

func before(p *fake.Prices) fake.Pricer { return &backoffPrices{p} }
func after(p *fake.Prices) fake.Pricer  { return NewResilientPrices(p, nil) }

func TestSame(t *testing.T) {
	for name, p := range map[string]fake.Prices{
		"success":           {},
		"one failure":       {Failures: 1},
		"all attempts fail": {Failures: 9},
		"an answer":         {Failures: 9, Err: ErrNoSuchItem},
	} {
		t.Run(name, func(t *testing.T) { p.Same(t, before, after, 1) })
	}
}

// Both draw the waits from the same ranges.
func TestSameWaits(t *testing.T) {
	for range 50 {
		was, is := (&fake.Prices{Failures: 9}).Same(t, before, after, 1)
		for _, p := range []*fake.Prices{was, is} {
			require.Len(t, p.Waits(), 3)
			for n, middle := range []time.Duration{500, 750, 1125} {
				assert.InDelta(t, middle*time.Millisecond, p.Waits()[n], float64(middle*time.Millisecond/2)+1)
			}
		}
	}
}

// A context that is done before the call: backoff calls once, the wrapper does not call.
func TestDoneContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	was, is := &fake.Prices{}, &fake.Prices{}
	_, err := before(was).Price(ctx, "tea")
	assert.NoError(t, err)
	_, err = after(is).Price(ctx, "tea")
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, was.Calls, 1)
	assert.Empty(t, is.Calls)
}

// A caller that cancels a wait gets the context's error alone from backoff. The wrapper's
// error has the last one of the method as well.
func TestCancelledWait(t *testing.T) {
	for name, wrap := range map[string]func(*fake.Prices) fake.Pricer{"before": before, "after": after} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, cancel)
			_, err := wrap(&fake.Prices{Failures: 9}).Price(ctx, "tea")
			assert.ErrorIs(t, err, context.Canceled, name)
			assert.Equal(t, name == "after", errors.Is(err, fake.ErrDown), name)
		})
	}
}
