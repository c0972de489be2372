package promretry_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/adapters/prometheus/internal/shop"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// instant answers at once.
type instant struct{ shop.Client }

func (instant) Pay(context.Context, string) (string, error) { return "", nil }

// quick returns a client with a retry, a breaker and a budget.
func quick(instrumented bool) *shop.ResilientClient {
	opts := &retry.Options{Name: "eu"}
	if instrumented {
		promretry.New(prometheus.NewRegistry()).Instrument(opts)
	}
	opts.Override = func(_ policy.Method, p policy.Policy) (policy.Policy, error) {
		p.Timeout.Total = 0 // a timer of its own would hide what the metrics cost
		return p, nil
	}
	return shop.NewResilientClient(instant{}, opts)
}

func TestASuccessDoesNotAllocate(t *testing.T) {
	client, ctx := quick(true), t.Context()
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = client.Pay(ctx, "order") }))
}

// The goal is a success with metrics in at most 4 clock reads. Each round measures both, so
// that the ratio is that of the same moment. The median of the rounds is "reads/op".
func BenchmarkSuccess(b *testing.B) {
	const calls = 1000
	for _, bb := range []struct {
		name         string
		instrumented bool
	}{{"plain", false}, {"metrics", true}} {
		b.Run(bb.name, func(b *testing.B) {
			client, ctx := quick(bb.instrumented), b.Context()
			var ratios []float64
			for b.Loop() {
				read := timed(calls, func() { _ = time.Now() })
				call := timed(calls, func() { _, _ = client.Pay(ctx, "order") })
				ratios = append(ratios, float64(call)/float64(read))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "reads/op")
			b.ReportMetric(0, "ns/op") // of a round, which says nothing
		})
	}
}

// timed returns how long it takes to run f n times.
func timed(n int, f func()) time.Duration {
	began := time.Now()
	for range n {
		f()
	}
	return time.Since(began)
}

func BenchmarkScrape(b *testing.B) {
	registry := prometheus.NewRegistry()
	opts := &retry.Options{Name: "eu"}
	promretry.New(registry).Instrument(opts)
	client := shop.NewResilientClient(instant{}, opts)
	for b.Loop() {
		_, _ = registry.Gather()
	}
	runtime.KeepAlive(client)
}
