package gobreaker

import (
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/migrate/fake"
)

func before(p *fake.Prices) fake.Pricer { return newGoBreakerPrices(p) }
func after(p *fake.Prices) fake.Pricer  { return NewResilientPrices(p, nil) }
func guard(p *fake.Prices) fake.Pricer  { return newGuardedPrices(p) }

func TestSame(t *testing.T) {
	for name, p := range map[string]fake.Prices{
		"success":                {},
		"one failure":            {Failures: 1},
		"five failures":          {Failures: 5},
		"answers do not open it": {Failures: 9, Err: ErrNoSuchItem},
	} {
		t.Run(name, func(t *testing.T) {
			p.Same(t, before, after, 6)
			if p.Err == nil {
				p.Same(t, before, guard, 6)
			}
		})
	}
}

// The sixth failure in a row opens all three, and the seventh call is refused.
func TestSameOpening(t *testing.T) {
	for name, wrap := range map[string]func(*fake.Prices) fake.Pricer{"before": before, "after": after, "guard": guard} {
		p := &fake.Prices{Failures: 9}
		_, err := p.Run(t, wrap, 7)
		assert.Len(t, p.Calls, 6, name)
		assert.Equal(t, name == "before", errors.Is(err, gobreaker.ErrOpenState), name)
		assert.Equal(t, name != "before", errors.Is(err, breaker.ErrOpen), name)
	}
}

// A success after the cooldown closes all three.
func TestSameRecovery(t *testing.T) {
	for name, wrap := range map[string]func(*fake.Prices) fake.Pricer{"before": before, "after": after, "guard": guard} {
		synctest.Test(t, func(t *testing.T) {
			p := &fake.Prices{Failures: 6}
			wrapped := wrap(p)
			for range 7 {
				_, _ = wrapped.Price(t.Context(), "tea")
			}
			time.Sleep(30*time.Second + time.Nanosecond)
			for range 2 {
				price, err := wrapped.Price(t.Context(), "tea")
				assert.NoError(t, err, name)
				assert.Equal(t, 7, price, name)
			}
		})
	}
}

// Without settings, gobreaker opens at the sixth failure for a minute.
func TestDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{})
		for n := range 6 {
			assert.Equal(t, gobreaker.StateClosed, b.State(), n)
			_, _ = b.Execute(func() (int, error) { return 0, fake.ErrDown })
		}
		time.Sleep(time.Minute)
		assert.Equal(t, gobreaker.StateOpen, b.State())
		time.Sleep(time.Nanosecond)
		assert.Equal(t, gobreaker.StateHalfOpen, b.State())
	})
}

// A probe that ends its goroutine leaves gobreaker half-open for good.
func TestGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{ReadyToTrip: func(gobreaker.Counts) bool { return true }})
		_, _ = b.Execute(func() (int, error) { return 0, fake.ErrDown })
		time.Sleep(time.Minute + time.Nanosecond)
		go func() { _, _ = b.Execute(func() (int, error) { runtime.Goexit(); return 0, nil }) }()
		synctest.Wait()
		time.Sleep(time.Hour)
		_, err := b.Execute(func() (int, error) { return 7, nil })
		assert.ErrorIs(t, err, gobreaker.ErrTooManyRequests)
	})
}
