package avast

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avast/retry-go/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/migrate/fake"
)

func before(p *fake.Prices) fake.Pricer { return &avastPrices{p} }
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

// Both draw the waits from the same ranges, and use more than their lower halves.
func TestSameWaits(t *testing.T) {
	longest := map[string][2]time.Duration{}
	for range 100 {
		was, is := (&fake.Prices{Failures: 9}).Same(t, before, after, 1)
		for name, p := range map[string]*fake.Prices{"before": was, "after": is} {
			require.Len(t, p.Waits(), 2)
			longest[name] = [2]time.Duration{max(longest[name][0], p.Waits()[0]), max(longest[name][1], p.Waits()[1])}
		}
	}
	for name, waits := range longest {
		assert.InDelta(t, 150*time.Millisecond, waits[0], float64(50*time.Millisecond), name)
		assert.InDelta(t, 300*time.Millisecond, waits[1], float64(100*time.Millisecond), name)
	}
}

// By default there are ten attempts, with waits of 100ms, 200ms, 400ms and so on, each with
// up to 100ms more, and an error that lists all errors.
func TestDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake.Prices{Failures: 99}
		err := retry.New().Do(func() error { _, err := p.Price(t.Context(), "tea"); return err })
		require.Len(t, p.Waits(), 9)
		for n, wait := range p.Waits() {
			low := 100 * time.Millisecond << n
			assert.InDelta(t, low+50*time.Millisecond, wait, float64(50*time.Millisecond))
		}
		all, ok := errors.AsType[retry.Error](err)
		require.True(t, ok)
		assert.Len(t, all, 10)
	})
}
