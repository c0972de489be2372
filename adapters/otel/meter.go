package otelretry

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"weak"

	"go.opentelemetry.io/otel/metric"

	"github.com/retrygen/retrygen/internal/bounded"
)

// A meter is what all options share that report to the same MeterProvider. If each had one
// of its own, wrappers with equal names would report gauges with equal attributes, and the
// last one would count.
//
// Only hooks refer to a meter, and the wrappers refer to their hooks. So a meter lives as
// long as there are wrappers or options that use it.
type meter struct {
	*instruments
	types  *bounded.Set // values of error.type
	groups groups
}

// meters has the meter of each provider.
var meters = struct {
	mu sync.Mutex
	of map[metric.MeterProvider]weak.Pointer[meter]
}{of: make(map[metric.MeterProvider]weak.Pointer[meter])}

// meterOf returns the meter of a provider, and makes it if there is none. A provider that
// cannot be compared has a new meter each time.
func meterOf(provider metric.MeterProvider) (*meter, error) {
	if !reflect.ValueOf(provider).Comparable() {
		return newMeter(provider)
	}
	if m := lookUp(provider); m != nil {
		return m, nil
	}
	m, err := newMeter(provider) // not under the lock, because it calls the provider
	if err != nil {
		return nil, err
	}
	return publish(provider, m), nil
}

func lookUp(provider metric.MeterProvider) *meter {
	meters.mu.Lock()
	defer meters.mu.Unlock()
	return meters.of[provider].Value()
}

// publish makes m the meter of a provider, unless another goroutine was quicker. It returns
// the meter that is published.
func publish(provider metric.MeterProvider, m *meter) *meter {
	meters.mu.Lock()
	defer meters.mu.Unlock()
	if first := meters.of[provider].Value(); first != nil {
		return first
	}
	meters.of[provider] = weak.Make(m)
	runtime.AddCleanup(m, forget, provider)
	return m
}

// forget drops the meter of a provider after it was collected, so that the provider can be
// collected as well.
func forget(provider metric.MeterProvider) {
	meters.mu.Lock()
	defer meters.mu.Unlock()
	if meters.of[provider].Value() == nil { // there is not a new one
		delete(meters.of, provider)
	}
}

// newMeter returns a meter whose gauges the provider reads, until the meter is collected. The
// provider refers to it weakly.
func newMeter(provider metric.MeterProvider) (*meter, error) {
	source := provider.Meter(scope)
	all, err := newInstruments(source)
	if err != nil {
		return nil, err
	}
	m := &meter{instruments: all, types: bounded.New(mostErrorTypes)}
	reference := weak.Make(m)
	callback, err := source.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		if m := reference.Value(); m != nil {
			m.observe(o)
		}
		return nil
	}, all.gauges[:]...)
	if err != nil {
		return nil, fmt.Errorf("otelretry: the callback of the gauges: %w", err)
	}
	runtime.AddCleanup(m, func(callback metric.Registration) { _ = callback.Unregister() }, callback)
	return m, nil
}
