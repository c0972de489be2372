package otelretry_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/retrygen/retrygen/adapters/otel"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// BenchmarkSuccess compares a successful call that is recorded with what cannot be saved: two
// measurements by the SDK, of the call and of its attempt, and two clock reads. It takes
// turns and reports medians, because the speed of a machine changes all the time. The ratio
// of the two is "x-sdk".
func BenchmarkSuccess(b *testing.B) {
	m := benchMethod(b, otelretry.Config{MeterProvider: newMeter()})
	call, attempt, with := sdkAlone(b)
	ctx := b.Context()
	var ours, theirs []time.Duration
	const turn = 100
	for b.Loop() {
		began := time.Now()
		for range turn {
			_ = m.Do(ctx, succeed)
		}
		middle := time.Now()
		for range turn {
			start := time.Now()
			took := time.Since(start).Seconds()
			call.Record(ctx, took, with[0]...)
			attempt.Record(ctx, took, with[1]...)
		}
		ours = append(ours, middle.Sub(began))
		theirs = append(theirs, time.Since(middle))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours)/turn, "ns/call")
	b.ReportMetric(median(theirs)/turn, "ns/sdk")
	b.ReportMetric(median(ours)/median(theirs), "x-sdk")
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2])
}

// sdkAlone returns two histograms with the attributes of a success.
func sdkAlone(b *testing.B) (call, attempt metric.Float64Histogram, with [2][]metric.RecordOption) {
	b.Helper()
	source := newMeter().Meter("alone")
	call, err := source.Float64Histogram("call", metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	require.NoError(b, err)
	attempt, err = source.Float64Histogram("attempt", metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10))
	require.NoError(b, err)
	for i, key := range []string{"retrygen.outcome", "retrygen.ruling"} {
		set := attribute.NewSet(attribute.String("retrygen.method", "Payment.Charge"), attribute.String(key, "success"))
		with[i] = []metric.RecordOption{metric.WithAttributeSet(set)}
	}
	return call, attempt, with
}

// BenchmarkTraces shows what traces alone cost for a successful call.
func BenchmarkTraces(b *testing.B) {
	sampled := sdktrace.NewTracerProvider()
	unsampled := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
	for _, bench := range []struct {
		name   string
		config otelretry.Config
	}{
		{"events", otelretry.Config{TracerProvider: sampled}},
		{"spans_not_sampled", otelretry.Config{TracerProvider: unsampled, Spans: true}},
		{"spans_sampled", otelretry.Config{TracerProvider: sampled, Spans: true}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			bench.config.MeterProvider = noop.NewMeterProvider()
			m := benchMethod(b, bench.config)
			b.ReportAllocs()
			for b.Loop() {
				_ = m.Do(b.Context(), succeed)
			}
		})
	}
}

func benchMethod(b *testing.B, config otelretry.Config) *retry.Method {
	b.Helper()
	opts := &retry.Options{}
	require.NoError(b, otelretry.Instrument(opts, config))
	p, err := policy.Parse("simple attempts=3; breaker; budget")
	require.NoError(b, err)
	return retry.NewWrapper("Payment", policy.Policy{}, opts).Method("Charge", retry.MethodSpec{Policy: p})
}

func succeed(context.Context) error { return nil }
