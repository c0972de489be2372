package promretry_test

import (
	"context"
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
	opts.Override = func(_ string, p policy.Policy) policy.Policy {
		p.Timeout.Total = 0 // a timer of its own would hide what the metrics cost
		return p
	}
	return shop.NewResilientClient(instant{}, opts)
}

func TestASuccessDoesNotAllocate(t *testing.T) {
	client, ctx := quick(true), t.Context()
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = client.Pay(ctx, "order") }))
}

// The goal is a success with metrics in at most 4 clock reads. Compare
//
//	go test -run '^$' -bench 'Success|ClockRead'
func BenchmarkSuccess(b *testing.B) {
	for _, bb := range []struct {
		name         string
		instrumented bool
	}{{"plain", false}, {"metrics", true}} {
		b.Run(bb.name, func(b *testing.B) {
			client, ctx := quick(bb.instrumented), b.Context()
			b.ReportAllocs()
			for b.Loop() {
				_, _ = client.Pay(ctx, "order")
			}
		})
	}
}

func BenchmarkClockRead(b *testing.B) {
	for b.Loop() {
		time.Now()
	}
}

func BenchmarkScrape(b *testing.B) {
	registry := prometheus.NewRegistry()
	opts := &retry.Options{Name: "eu"}
	promretry.New(registry).Instrument(opts)
	client := shop.NewResilientClient(instant{}, opts)
	for b.Loop() {
		_, _ = registry.Gather()
	}
	_ = client
}
