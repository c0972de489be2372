// Package call has ways to call a dependency that may fail: straight, with loops
// written by hand, with what retrygen makes of the interfaces here, and with other
// libraries. All are a Service around a Service, so that one benchmark and one test
// take any of them; the lists of contenders name them.
package call

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"
)

// A Service is the dependency.
type Service interface {
	// Get gets an item.
	Get(ctx context.Context, key string) (*Item, error)
}

// An Item is what a Service gives.
type Item struct{ Name string }

// What the contenders are set to, each in its own words. The directives in
// wrapped.go say the same.
const (
	Attempts = 4                     // the first one included
	Base     = time.Millisecond      // the delay before the first retry, doubled from there
	Max      = 10 * time.Millisecond // no delay is longer
	Failures = 5                     // in a row, which open a breaker
	Cooldown = time.Hour             // no breaker that has opened closes while it is measured
	Timeout  = time.Second           // of an attempt
	Pause    = 10 * time.Microsecond // the delay where it is waits that are compared
)

// ErrFlaky is how the fakes fail. It says nothing of itself, so that all contenders
// take it for one to be retried.
var ErrFlaky = errors.New("flaky")

var item = &Item{Name: "item"}

// Working succeeds at once. It has no state, so that processors share nothing in it.
type Working struct{}

// Get returns the item.
//
//go:noinline
func (*Working) Get(context.Context, string) (*Item, error) { return item, nil }

// Flaky fails, but for the last of each Every calls. It is for one goroutine.
type Flaky struct {
	Every int
	Calls int
}

// Get counts the call.
//
//go:noinline
func (f *Flaky) Get(context.Context, string) (*Item, error) {
	f.Calls++
	if f.Calls%f.Every != 0 {
		return nil, ErrFlaky
	}
	return item, nil
}

// Failing always fails.
type Failing struct{ Calls atomic.Int64 }

// Get counts the call.
//
//go:noinline
func (f *Failing) Get(context.Context, string) (*Item, error) {
	f.Calls.Add(1)
	return nil, ErrFlaky
}

// Hung answers when the context ends, and not before.
type Hung struct{ Calls atomic.Int64 }

// Get counts the call.
func (h *Hung) Get(ctx context.Context, _ string) (*Item, error) {
	h.Calls.Add(1)
	<-ctx.Done()
	return nil, ctx.Err()
}

// Open makes failing calls until the service refuses them without calling the fake,
// and reports whether it has come to that within so many. Those that count elsewhere,
// as hystrix does, are given the processor to do so.
func Open(ctx context.Context, s Service, fake *Failing, most int) bool {
	for range most {
		before := fake.Calls.Load()
		_, _ = s.Get(ctx, "key")
		if fake.Calls.Load() == before {
			return true
		}
		runtime.Gosched()
	}
	return false
}
