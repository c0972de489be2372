package otelretry

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric"

	retry "github.com/retrygen/retrygen/runtime"
)

// has reports whether anything is known of a provider.
func has(provider *metric.MeterProvider) bool {
	meters.mu.Lock()
	defer meters.mu.Unlock()
	_, ok := meters.of[provider]
	return ok
}

// Options with the same provider share a meter. The provider is forgotten with the last
// options, and can be used again.
func TestMetersAreForgotten(t *testing.T) {
	provider := metric.NewMeterProvider()
	for range 2 {
		opts := make([]*retry.Options, 10)
		var all sync.WaitGroup
		for i := range opts {
			opts[i] = &retry.Options{}
			all.Go(func() { assert.NoError(t, Instrument(opts[i], Config{MeterProvider: provider})) })
		}
		all.Wait()
		assert.True(t, has(provider))
		first, err := meterOf(provider)
		require.NoError(t, err)
		again, err := meterOf(provider)
		require.NoError(t, err)
		assert.Same(t, first, again)
		runtime.KeepAlive(opts)
		runtime.KeepAlive(first)
		clear(opts)
		require.Eventually(t, func() bool {
			runtime.GC()
			return !has(provider)
		}, 10*time.Second, time.Millisecond)
	}
	runtime.KeepAlive(provider)
}
