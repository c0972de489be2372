// Package call has ways to call a dependency that may fail: directly, with loops written
// by hand, with the wrappers that retrygen generates for the interfaces here, and with
// other libraries. Each is a Service around a Service, so one benchmark and one test fit
// all of them. The lists of contenders name them.
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

// An Item is what a Service returns.
type Item struct{ Name string }

// The settings of the contenders, each of which writes them in its own way. The directives
// in wrapped.go have the same values.
const (
	Attempts = 4                     // including the first
	Base     = time.Millisecond      // the delay before the first retry; each later one is twice as long
	Max      = 10 * time.Millisecond // the longest delay
	Failures = 5                     // in a row, to open a breaker
	Cooldown = time.Hour             // long enough that no open breaker closes during a measurement
	Timeout  = time.Second           // of an attempt
	Pause    = 10 * time.Microsecond // the delay in the benchmark of waits
)

// ErrFlaky is the error of the fakes. It has no methods that classify it, so all
// contenders retry it.
var ErrFlaky = errors.New("flaky")

var item = &Item{Name: "item"}

// Working succeeds at once. It has no state, so processors share nothing in it.
type Working struct{}

// Get returns the item.
//
//go:noinline
func (*Working) Get(context.Context, string) (*Item, error) { return item, nil }

// Flaky fails except for the last of each Every calls. It is for one goroutine.
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

// Hung returns when the context ends, and not before.
type Hung struct{ Calls atomic.Int64 }

// Get counts the call.
func (h *Hung) Get(ctx context.Context, _ string) (*Item, error) {
	h.Calls.Add(1)
	<-ctx.Done()
	return nil, ctx.Err()
}

// Open makes failing calls until the service refuses one without calling the fake. It
// reports whether that happened within the given number of calls. It yields the processor
// for libraries that count on another goroutine, as hystrix does.
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
