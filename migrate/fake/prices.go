// Package fake has a dependency that fails, and compares two ways to call it.
package fake

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// ErrDown is an error that a retry may mend. It has no methods that classify it.
var ErrDown = errors.New("down")

// A Pricer is what the packages of this module wrap.
type Pricer interface {
	Price(ctx context.Context, item string) (int, error)
}

// Prices fails as often as Failures says, with Err. Then each price is 7.
type Prices struct {
	Failures int
	Err      error // ErrDown if nil
	Calls    []time.Time
}

// Price notes the time of the call.
func (p *Prices) Price(context.Context, string) (int, error) {
	p.Calls = append(p.Calls, time.Now())
	if len(p.Calls) > p.Failures {
		return 7, nil
	}
	if p.Err != nil {
		return 0, p.Err
	}
	return 0, ErrDown
}

// Waits returns the times between the calls.
func (p *Prices) Waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(p.Calls); i++ {
		waits = append(waits, p.Calls[i].Sub(p.Calls[i-1]))
	}
	return waits
}

// Run makes the given number of calls of a wrapped dependency in virtual time. It returns
// the price and the error of the last one.
func (p *Prices) Run(t *testing.T, wrap func(*Prices) Pricer, calls int) (price int, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		wrapped := wrap(p)
		for range calls {
			price, err = wrapped.Price(t.Context(), "tea")
		}
	})
	return price, err
}

// Same checks that both ways call the dependency equally often, and have the same price and
// an error of the same kind. It returns the two fakes.
func (p *Prices) Same(t *testing.T, before, after func(*Prices) Pricer, calls int) (was, is *Prices) {
	t.Helper()
	was, is = &Prices{Failures: p.Failures, Err: p.Err}, &Prices{Failures: p.Failures, Err: p.Err}
	oldPrice, oldErr := was.Run(t, before, calls)
	newPrice, newErr := is.Run(t, after, calls)
	assert.Len(t, is.Calls, len(was.Calls))
	assert.Equal(t, oldPrice, newPrice)
	assert.Equal(t, oldErr == nil, newErr == nil, "%v, %v", oldErr, newErr)
	for _, kind := range []error{ErrDown, p.Err} {
		assert.Equal(t, errors.Is(oldErr, kind), errors.Is(newErr, kind), "%v, %v", oldErr, newErr)
	}
	return was, is
}
